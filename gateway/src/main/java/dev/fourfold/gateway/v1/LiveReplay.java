package dev.fourfold.gateway.v1;

import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.PointBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Histories read again for a listener that may have missed something, page after page. */
final class LiveReplay {

    private static final int PAGE_POINTS = 5_000;

    private final MetricOperations metrics;
    private final Deque<Series> left;
    private @Nullable String cursor;

    /** The history of one metric of one run. */
    record Series(String experimentId, String runId, String key) {}

    LiveReplay(MetricOperations metrics, List<Series> series) {
        this.metrics = metrics;
        this.left = new ArrayDeque<>(series);
    }

    /** The next points, never none; null when there are no more. */
    @Nullable
    PointBatch next() {
        while (!left.isEmpty()) {
            Series series = left.getFirst();
            HistoryPage page = metrics.history(
                    new HistoryQuery(series.experimentId(), series.runId(), series.key(), cursor, PAGE_POINTS));
            cursor = page.nextCursor();
            if (cursor == null) {
                left.removeFirst();
            }
            if (!page.points().points().isEmpty()) {
                return page.points();
            }
        }
        return null;
    }
}
