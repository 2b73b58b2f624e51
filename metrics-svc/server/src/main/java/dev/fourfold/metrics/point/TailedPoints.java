package dev.fourfold.metrics.point;

import dev.fourfold.journal.tail.Heard;
import dev.fourfold.journal.tail.Records;
import dev.fourfold.journal.tail.Tail;
import dev.fourfold.metrics.LiveNews;
import dev.fourfold.metrics.LivePoints;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** New points as the tail of the journal has them. Points of a moment are put together once for all who want the same. */
final class TailedPoints implements LivePoints {

    private static final Logger LOG = LoggerFactory.getLogger(TailedPoints.class);

    private static final byte[] NONE = {};

    private final Tail.Listener listener;
    private final LiveQuery query;
    private final Set<String> keys;

    TailedPoints(Tail.Listener listener, LiveQuery query) {
        this.listener = listener;
        this.query = query;
        this.keys = new HashSet<>(query.keys());
    }

    @Override
    public List<String> missed() {
        return listener.complete() ? List.of() : query.runIds();
    }

    @Override
    public String position() {
        return listener.position();
    }

    @Override
    public LiveNews next(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            switch (listener.next(left)) {
                case Heard.News news -> {
                    var runs = runs(news);
                    if (!runs.isEmpty()) {
                        return new LiveNews.Points(news.position(), runs);
                    }
                }
                case Heard.Quiet quiet -> {
                    return new LiveNews.Quiet(quiet.position());
                }
                case Heard.Behind _ -> {
                    return new LiveNews.Behind();
                }
                case Heard.Ended _ -> {
                    return new LiveNews.Ended("The metric service stops.");
                }
            }
        }
    }

    @Override
    public void close() {
        listener.close();
    }

    private List<LiveNews.RunPoints> runs(Heard.News news) {
        var runs = new ArrayList<LiveNews.RunPoints>();
        for (String runId : query.runIds()) {
            Records records = news.records().get(runId);
            if (records != null) {
                byte[] points = records.as(keys, this::points);
                if (points.length > 0) {
                    runs.add(new LiveNews.RunPoints(news.position(), runId, points));
                }
            }
        }
        return runs;
    }

    /** The points of all records whose keys are wanted, as one batch; no bytes where there are none. */
    private byte[] points(List<byte[]> payloads) {
        var points = new ArrayList<Point>();
        String experimentId = "";
        String runId = "";
        for (byte[] payload : payloads) {
            try {
                PointBatch batch = PointBatch.fromBytes(payload);
                experimentId = batch.experimentId();
                runId = batch.runId();
                for (Point point : batch.points()) {
                    if (keys.isEmpty() || keys.contains(point.key())) {
                        points.add(point);
                    }
                }
            } catch (IllegalArgumentException e) {
                // Whoever drains the journal says so too, and louder.
                LOG.debug("live.record holds no points", e);
            }
        }
        return points.isEmpty() ? NONE : new PointBatch(experimentId, runId, points).toBytes();
    }
}
