package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.http.PulledBody;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.contract.live.LiveNews;
import dev.fourfold.contract.live.LiveNews.RunNews;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one listener is sent. While what is stored is read again, news go between its pages and nothing has an id, so that
 * whoever is cut off then begins it again; after that, ids follow what was sent.
 */
final class LiveStream implements PulledBody.Source {

    /** A listener that takes nothing for so long is given up. */
    static final Duration STALL_LIMIT = Duration.ofSeconds(60);

    /** So often there is a word without news, and it is asked whether the listener may listen still. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEW_LINE = {'\n'};
    private static final byte[] COMMENT = ":\n".getBytes(StandardCharsets.US_ASCII);

    private final LiveFeed feed;
    private final Function<RunNews, byte[]> writing;
    private final BooleanSupplier welcome;
    private final Consumer<LiveStream> onClose;
    private final Deque<byte[]> ready = new ArrayDeque<>();
    private @Nullable LiveReplay replay;
    private byte @Nullable [] firstPage;
    private String position;
    private long askedAt = System.nanoTime();
    private boolean askAgain;
    private boolean ended;
    private volatile boolean stopping;

    /**
     * Reads the first page of what is to be read again, as its failure can still be an answer.
     *
     * @param writing makes an event of news, without an id
     * @param replay what to read again, or null
     * @param welcome whether the listener may listen still
     * @param onClose told when nobody listens here any more
     */
    LiveStream(
            LiveFeed feed,
            Function<RunNews, byte[]> writing,
            @Nullable LiveReplay replay,
            BooleanSupplier welcome,
            Consumer<LiveStream> onClose) {
        this.feed = feed;
        this.writing = writing;
        this.replay = replay;
        this.welcome = welcome;
        this.onClose = onClose;
        this.position = feed.position();
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
            if (!mayListen()) {
                end("signed_out", "What this was asked for with counts no more.");
            } else if (reading == null) {
                take(feed.next(HEARTBEAT));
            } else {
                readAgain(reading);
            }
        }
        return ready.poll();
    }

    /** Ends it with a word; what was to come is found by the id. */
    void stop() {
        stopping = true;
        feed.close();
    }

    @Override
    public void close() {
        feed.close();
        onClose.accept(this);
    }

    private boolean mayListen() {
        if (!askAgain && System.nanoTime() - askedAt < HEARTBEAT.toNanos()) {
            return true;
        }
        askAgain = false;
        askedAt = System.nanoTime();
        return welcome.getAsBoolean();
    }

    private void readAgain(LiveReplay reading) throws InterruptedException {
        byte[] page = firstPage;
        firstPage = null;
        try {
            page = page == null ? reading.next() : page;
        } catch (ProblemException e) {
            String why = e.problem() instanceof Problem.Unavailable ? "store_away" : "failed";
            end(why, e.problem().message());
            return;
        }
        if (page != null) {
            ready.add(page);
        }
        LiveNews news = feed.next(Duration.ZERO);
        while (news instanceof LiveNews.Fresh fresh) {
            position = fresh.position();
            fresh.runs().forEach(run -> ready.add(writing.apply(run)));
            news = feed.next(Duration.ZERO);
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
            case LiveNews.Fresh(String at, List<RunNews> runs) -> {
                position = at;
                var bytes = new ByteArrayOutputStream();
                for (RunNews run : runs) {
                    if (run.equals(runs.getLast())) {
                        bytes.writeBytes(LiveEvents.id(at)); // Not before all of the moment was sent.
                    }
                    bytes.writeBytes(writing.apply(run));
                }
                ready.add(bytes.toByteArray());
            }
            case LiveNews.Quiet(String at) -> {
                ready.add(
                        at.equals(position) ? joined(COMMENT, NEW_LINE) : joined(COMMENT, LiveEvents.id(at), NEW_LINE));
                position = at;
                askAgain = true;
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
