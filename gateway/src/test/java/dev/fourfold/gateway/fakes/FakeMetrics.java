package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.PurgedRun;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Points in a list, in the order in which they came; a cursor is an offset. */
@Singleton
public final class FakeMetrics implements MetricOperations {

    private final List<PointBatch> batches = new CopyOnWriteArrayList<>();
    private volatile @Nullable SeriesQuery lastSeriesQuery;
    private volatile @Nullable LiveQuery lastLiveQuery;
    private volatile @Nullable LiveFeed nextLive;
    private volatile @Nullable Problem purgeFailure;
    private volatile int longestPage = Integer.MAX_VALUE;

    /** Everything that was appended. */
    public List<PointBatch> batches() {
        return batches;
    }

    /** The series that were asked for last. */
    public @Nullable SeriesQuery lastSeriesQuery() {
        return lastSeriesQuery;
    }

    /** Makes pages shorter than what is asked for. */
    public void pagesOf(int points) {
        longestPage = points;
    }

    /** Makes purges fail, until called with null. */
    public void failPurgesWith(@Nullable Problem problem) {
        purgeFailure = problem;
    }

    @Override
    public void admit(String runId) {
        // There is always room.
    }

    @Override
    public void append(PointBatch batch) {
        batches.add(batch);
    }

    @Override
    public HistoryPage history(HistoryQuery query) {
        List<Point> points = points(new RunRef(query.experimentId(), query.runId()), query.key());
        int from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
        int to = (int) Math.min(points.size(), from + (long) Math.min(query.limit(), longestPage));
        return new HistoryPage(
                new PointBatch(query.experimentId(), query.runId(), points.subList(from, to)),
                to < points.size() ? Integer.toString(to) : null);
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) {
        var found = new ArrayList<PointBatch>();
        int left = query.limit();
        for (RunRef run : query.runs()) {
            List<Point> points = points(run, query.key()).stream().limit(left).toList();
            if (!points.isEmpty()) {
                found.add(new PointBatch(run.experimentId(), run.runId(), points));
                left -= points.size();
            }
        }
        return found;
    }

    /** The first ones: how a sample is chosen is metrics-svc's business. */
    @Override
    public List<PointBatch> sample(SampleQuery query) {
        return query.runs().stream()
                .map(run -> new PointBatch(
                        run.experimentId(),
                        run.runId(),
                        points(run, query.key()).stream()
                                .filter(point -> point.step() >= query.startStep() && point.step() <= query.endStep())
                                .limit(query.most())
                                .toList()))
                .toList();
    }

    /** The first ones in the order in which they came, whatever the axis. */
    @Override
    public List<MetricSeries> series(SeriesQuery query) {
        lastSeriesQuery = query;
        var series = new ArrayList<MetricSeries>();
        for (RunRange run : query.runs()) {
            for (String key : query.keys()) {
                List<Point> points = points(new RunRef(run.experimentId(), run.runId()), key);
                List<Point> first = points.subList(0, Math.min(points.size(), query.maxPoints()));
                series.add(new MetricSeries(
                        key, first.size() < points.size(), new PointBatch(run.experimentId(), run.runId(), first)));
            }
        }
        return series;
    }

    private List<Point> points(RunRef run, String key) {
        return batches.stream()
                .filter(batch -> batch.runId().equals(run.runId())
                        && batch.experimentId().equals(run.experimentId()))
                .flatMap(batch -> batch.points().stream())
                .filter(point -> point.key().equals(key))
                .toList();
    }

    @Override
    public PurgedRun purge(RunRef run) {
        Problem problem = purgeFailure;
        if (problem != null) {
            throw problem.toException();
        }
        long points = batches.stream()
                .filter(batch -> batch.runId().equals(run.runId()))
                .mapToLong(batch -> batch.points().size())
                .sum();
        batches.removeIf(batch -> batch.runId().equals(run.runId()));
        return new PurgedRun(run.experimentId(), run.runId(), points);
    }

    @Override
    public List<String> retentionClasses() {
        return List.of("short");
    }

    @Override
    public LiveFeed live(LiveQuery query) {
        lastLiveQuery = query;
        LiveFeed next = nextLive;
        if (next == null) {
            throw new Problem.LimitExceeded("Nobody may listen", Duration.ofSeconds(3)).toException();
        }
        return next;
    }

    /** What the next listener gets; null for a refusal. */
    public void nextLive(@Nullable LiveFeed points) {
        nextLive = points;
    }

    /** What was listened to last. */
    public @Nullable LiveQuery lastLiveQuery() {
        return lastLiveQuery;
    }

    @Override
    public List<JournalStatus> journals() {
        return List.of(new JournalStatus("metrics-svc", "1/1", true, 2, 70, 1_500, 90, 4096, null));
    }
}
