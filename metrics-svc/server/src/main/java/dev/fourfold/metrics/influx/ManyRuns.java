package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.point.Sampling;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one metric of many runs: some runs in one request, so that neither many short histories cost many requests nor
 * many long ones much memory. InfluxDB's order is that of time, and a chart's that of steps, so a sample is taken here.
 */
final class ManyRuns {

    private static final int RUNS_A_REQUEST = 10;
    private static final int POINTS_A_PAGE = 20_000;

    private final HistoryReader histories;

    ManyRuns(HistoryReader histories) {
        this.histories = histories;
    }

    List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException {
        var batches = new ArrayList<PointBatch>();
        int left = query.limit();
        for (int from = 0; from < query.runs().size() && left > 0; from += RUNS_A_REQUEST) {
            for (HistoryPage page : firstPages(query.runs(), from, query.key(), left)) {
                PointBatch batch = page.points();
                List<Point> points = batch.points();
                if (left > 0 && !points.isEmpty()) {
                    List<Point> wanted = points.subList(0, Math.min(left, points.size()));
                    batches.add(new PointBatch(batch.experimentId(), batch.runId(), wanted));
                    left -= wanted.size();
                }
            }
        }
        return batches;
    }

    List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException {
        var batches = new ArrayList<PointBatch>(query.runs().size());
        for (int from = 0; from < query.runs().size(); from += RUNS_A_REQUEST) {
            for (HistoryPage first : firstPages(query.runs(), from, query.key(), POINTS_A_PAGE)) {
                batches.add(sample(query, first));
            }
        }
        return batches;
    }

    /** Reads on from the first page, and chooses. */
    private PointBatch sample(SampleQuery query, HistoryPage first) throws StoreUnavailableException {
        String experimentId = first.points().experimentId();
        String runId = first.points().runId();
        var points = new ArrayList<Point>();
        HistoryPage page = first;
        while (true) {
            for (Point point : page.points().points()) {
                if (point.step() >= query.startStep() && point.step() <= query.endStep()) {
                    points.add(point);
                }
            }
            if (page.nextCursor() == null) {
                return new PointBatch(experimentId, runId, Sampling.sample(points, query.most()));
            }
            var next = new HistoryQuery(experimentId, runId, query.key(), page.nextCursor(), POINTS_A_PAGE);
            page = histories.read(List.of(next)).getFirst();
        }
    }

    private List<HistoryPage> firstPages(List<RunRef> runs, int from, String key, int limit)
            throws StoreUnavailableException {
        return histories.read(runs.subList(from, Math.min(runs.size(), from + RUNS_A_REQUEST)).stream()
                .map(run -> new HistoryQuery(run.experimentId(), run.runId(), key, null, limit))
                .toList());
    }
}
