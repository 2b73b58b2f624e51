package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.http.PulledBody;
import dev.fourfold.metrics.LiveNews;
import dev.fourfold.metrics.LivePoints;
import dev.fourfold.metrics.PointBatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one listener is sent. While histories are read again, new points go between their pages and nothing has an id, so
 * that whoever is cut off then begins the histories again; after that, ids follow what was sent.
 */
final class LiveStream implements PulledBody.Source {

    /** A listener that takes nothing for so long is given up. */
    static final Duration STALL_LIMIT = Duration.ofSeconds(60);

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEW_LINE = {'\n'};
    private static final byte[] COMMENT = ":\n".getBytes(StandardCharsets.US_ASCII);

    private final LivePoints points;
    private final List<String> keys;
    private final LiveEvents events;
    private final Consumer<LiveStream> onClose;
    private final Deque<byte[]> ready = new ArrayDeque<>();
    private @Nullable LiveReplay replay;
    private @Nullable PointBatch firstPage;
    private String position;
    private boolean ended;
    private volatile boolean stopping;

    /**
     * Reads the first page of what is to be read again, as its failure can still be an answer.
     *
     * @param replay what to read again, or null
     * @param onClose told when nobody listens here any more
     */
    LiveStream(
            LivePoints points,
            List<String> keys,
            LiveEvents events,
            @Nullable LiveReplay replay,
            Consumer<LiveStream> onClose) {
        this.points = points;
        this.keys = keys;
        this.events = events;
        this.replay = replay;
        this.onClose = onClose;
        this.position = points.position();
        if (replay == null) {
            ready.add(joined(LiveEvents.id(position), RETRY));
        } else {
            ready.add(RETRY);
            firstPage = replay.next();
        }
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
        while (ready.isEmpty() && !ended) {
            LiveReplay reading = replay;
            if (reading == null) {
                take(points.next(HEARTBEAT));
            } else {
                readAgain(reading);
            }
        }
        return ready.poll();
    }

    /** Ends it with a word; what was to come is found by the id. */
    void stop() {
        stopping = true;
        points.close();
    }

    @Override
    public void close() {
        points.close();
        onClose.accept(this);
    }

    private void readAgain(LiveReplay reading) throws InterruptedException {
        PointBatch page = firstPage;
        firstPage = null;
        try {
            page = page == null ? reading.next() : page;
        } catch (ProblemException e) {
            String why = e.problem() instanceof Problem.Unavailable ? "store_away" : "failed";
            end(why, e.problem().message());
            return;
        }
        if (page != null) {
            ready.add(LiveEvents.event("replay", page));
        }
        LiveNews news = points.next(Duration.ZERO);
        while (news instanceof LiveNews.Points fresh) {
            position = fresh.position();
            fresh.runs().forEach(run -> ready.add(events.points(run, keys)));
            news = points.next(Duration.ZERO);
        }
        if (!(news instanceof LiveNews.Quiet)) {
            take(news);
        } else if (page == null) {
            replay = null;
            ready.add(joined(LiveEvents.id(position), LiveEvents.event("replayed", out -> {
                out.writeStartObject();
                out.writeEndObject();
            })));
        }
    }

    private void take(LiveNews news) {
        switch (news) {
            case LiveNews.Points(String at, List<LiveNews.RunPoints> runs) -> {
                position = at;
                var bytes = new ByteArrayOutputStream();
                for (LiveNews.RunPoints run : runs) {
                    if (run.equals(runs.getLast())) {
                        bytes.writeBytes(LiveEvents.id(at)); // Not before all of the moment was sent.
                    }
                    bytes.writeBytes(events.points(run, keys));
                }
                ready.add(bytes.toByteArray());
            }
            case LiveNews.Quiet(String at) -> {
                ready.add(
                        at.equals(position) ? joined(COMMENT, NEW_LINE) : joined(COMMENT, LiveEvents.id(at), NEW_LINE));
                position = at;
            }
            case LiveNews.Behind _ -> end("slow", "Events were not taken as fast as they came, and were dropped.");
            case LiveNews.Ended(String why) -> {
                if (stopping) {
                    end("shutdown", "This gateway stops.");
                } else {
                    end("service_away", why);
                }
            }
        }
    }

    private void end(String reason, String message) {
        ended = true;
        ready.add(LiveEvents.event("end", out -> {
            out.writeStartObject();
            out.writeStringField("reason", reason);
            out.writeStringField("message", message);
            out.writeEndObject();
        }));
    }

    private static byte[] joined(byte[]... pieces) {
        var bytes = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            bytes.writeBytes(piece);
        }
        return bytes.toByteArray();
    }
}
