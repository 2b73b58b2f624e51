package dev.fourfold.gateway.v1;

import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricOperations;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Histories of metrics, one after the other. */
final class PointReplay implements LiveReplay {

    private static final int PAGE_POINTS = 5_000;

    private final MetricOperations metrics;
    private final Deque<Series> left;
    private @Nullable String cursor;

    /** The history of one metric of one run. */
    record Series(String experimentId, String runId, String key) {}

    PointReplay(MetricOperations metrics, List<Series> series) {
        this.metrics = metrics;
        this.left = new ArrayDeque<>(series);
    }

    @Override
    public byte @Nullable [] next() {
        while (!left.isEmpty()) {
            Series series = left.getFirst();
            HistoryPage page = metrics.history(
                    new HistoryQuery(series.experimentId(), series.runId(), series.key(), cursor, PAGE_POINTS));
            cursor = page.nextCursor();
            if (cursor == null) {
                left.removeFirst();
            }
            if (!page.points().points().isEmpty()) {
                return MetricLiveController.event("replay", page.points());
            }
        }
        return null;
    }
}
