package dev.fourfold.gateway.fakes;

import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.JournalStatus;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Points in a list, in the order in which they came; a cursor is an offset. */
@Singleton
public final class FakeMetrics implements MetricOperations {

    private final List<PointBatch> batches = new CopyOnWriteArrayList<>();
    private volatile int longestPage = Integer.MAX_VALUE;

    /** Everything that was appended. */
    public List<PointBatch> batches() {
        return batches;
    }

    /** Makes pages shorter than what is asked for. */
    public void pagesOf(int points) {
        longestPage = points;
    }

    @Override
    public void append(PointBatch batch) {
        batches.add(batch);
    }

    @Override
    public HistoryPage history(HistoryQuery query) {
        List<Point> points = batches.stream()
                .filter(batch -> batch.runId().equals(query.runId())
                        && batch.experimentId().equals(query.experimentId()))
                .flatMap(batch -> batch.points().stream())
                .filter(point -> point.key().equals(query.key()))
                .toList();
        int from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
        int to = (int) Math.min(points.size(), from + (long) Math.min(query.limit(), longestPage));
        return new HistoryPage(
                new PointBatch(query.experimentId(), query.runId(), points.subList(from, to)),
                to < points.size() ? Integer.toString(to) : null);
    }

    @Override
    public JournalStatus journal() {
        return new JournalStatus(0, 0, 0, 1);
    }
}
