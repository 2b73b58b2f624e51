package dev.fourfold.metrics.client;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.contract.live.LiveClient;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.PurgedRun;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** {@link MetricOperations} of metrics-svc where it runs elsewhere: at one address, or at several, each the owner of its runs. */
@Singleton
@Requires(property = HttpMetricOperations.URL)
public final class HttpMetricOperations implements MetricOperations {

    /** The property that says where metrics-svc is; where it is absent the service runs in this process. */
    public static final String URL = "fourfold.metrics.url";

    /** The response header with the cursor of the next page. */
    public static final String NEXT_CURSOR = "X-Fourfold-Next-Cursor";

    /** Header of an append's answer: the next requests must ask whether there is room. */
    public static final String JOURNAL_NEARLY_FULL = "X-Fourfold-Journal-Nearly-Full";

    /** The route of new points, beneath {@code /metrics}. */
    public static final String LIVE = "/live";

    private static final Duration RETRY_AFTER_FULL = Duration.ofSeconds(10);

    private final MetricHttp http;
    private final LiveClient liveClient;
    private final Instances instances;
    private final LiveClient.Route live;

    /** The instances that said so with their last answer. */
    private final Set<String> nearlyFull = ConcurrentHashMap.newKeySet();

    HttpMetricOperations(MetricHttp http, LiveClient liveClient, @Property(name = URL) String addresses) {
        this.http = http;
        this.liveClient = liveClient;
        this.instances = Instances.of(addresses);
        this.live = new LiveClient.Route("metrics-svc", instances, "/metrics" + LIVE);
    }

    @Override
    public void admit(String runId) {
        String owner = instances.owner(runId);
        if (nearlyFull.contains(owner)) {
            if (!http.journal(owner).hasRoom()) {
                throw new Problem.LimitExceeded(
                                "The journal of metrics is full: its store is away or too slow", RETRY_AFTER_FULL)
                        .toException();
            }
            nearlyFull.remove(owner);
        }
    }

    @Override
    public void append(PointBatch batch) {
        byte[] bytes;
        try {
            bytes = batch.toBytes();
        } catch (RuntimeException tooLong) {
            throw new Problem.InvalidArgument("A key or an id is too long").toException(tooLong);
        }
        String owner = instances.owner(batch.runId());
        if (http.append(owner, bytes).getHeaders().contains(JOURNAL_NEARLY_FULL)) {
            nearlyFull.add(owner);
        }
    }

    @Override
    public HistoryPage history(HistoryQuery query) {
        var response = http.history(instances.owner(query.runId()), query);
        byte[] body = response.body();
        if (body == null) {
            throw new Problem.Internal("metrics-svc answered a history without a body").toException();
        }
        return new HistoryPage(PointBatch.fromBytes(body), response.header(NEXT_CURSOR));
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) {
        checkWhole(query.runs().size(), 0);
        var found = new HashMap<String, PointBatch>();
        instances
                .ask(
                        query.runs(),
                        RunRef::runId,
                        (owner, runs) -> PointBatch.listFromBytes(
                                http.bulk(owner, new BulkQuery(runs, query.key(), query.limit()))))
                .forEach(batches -> batches.forEach(batch -> found.put(batch.runId(), batch)));
        var inOrder = new ArrayList<PointBatch>();
        int left = query.limit();
        for (RunRef run : query.runs()) {
            PointBatch batch = found.get(run.runId());
            if (batch != null && left > 0) {
                var first =
                        batch.points().subList(0, Math.min(left, batch.points().size()));
                inOrder.add(new PointBatch(batch.experimentId(), batch.runId(), first));
                left -= first.size();
            }
        }
        return inOrder;
    }

    @Override
    public List<PointBatch> sample(SampleQuery query) {
        checkWhole(query.runs().size(), 0);
        var found = new HashMap<String, PointBatch>();
        instances
                .ask(
                        query.runs(),
                        RunRef::runId,
                        (owner, runs) -> PointBatch.listFromBytes(http.sample(
                                owner,
                                new SampleQuery(runs, query.key(), query.startStep(), query.endStep(), query.most()))))
                .forEach(batches -> batches.forEach(batch -> found.put(batch.runId(), batch)));
        return query.runs().stream().map(run -> answered(found, run.runId())).toList();
    }

    @Override
    public List<MetricSeries> series(SeriesQuery query) {
        checkWhole(
                query.runs().size(), (long) query.runs().size() * query.keys().size() * query.maxPoints());
        var found = new HashMap<String, List<MetricSeries>>();
        instances
                .ask(
                        query.runs(),
                        RunRange::runId,
                        (owner, runs) -> MetricSeries.fromBytes(http.series(
                                owner, new SeriesQuery(runs, query.keys(), query.axis(), query.maxPoints()))))
                .forEach(series ->
                        series.forEach(one -> found.computeIfAbsent(one.points().runId(), _ -> new ArrayList<>())
                                .add(one)));
        return query.runs().stream()
                .flatMap(run -> answered(found, run.runId()).stream())
                .toList();
    }

    @Override
    public PurgedRun purge(RunRef run) {
        return http.purge(instances.owner(run.runId()), run);
    }

    @Override
    public List<String> retentionClasses() {
        return instances.any(http::retentionClasses);
    }

    @Override
    public LiveFeed live(LiveQuery query) {
        checkWhole(query.runIds().size(), 0);
        return liveClient.listen(
                live, query.runIds(), query.after(), (runIds, after) -> new LiveQuery(runIds, query.keys(), after));
    }

    @Override
    public List<JournalStatus> journals() {
        return instances.journals("metrics-svc", http::journal);
    }

    /** Each owner sees a part of a question only; here is the whole. */
    private static void checkWhole(int runs, long points) {
        if (runs > SeriesQuery.MAX_RUNS || points > SeriesQuery.MAX_POINTS) {
            throw new Problem.InvalidArgument("A question is about at most " + SeriesQuery.MAX_RUNS
                            + " runs, and runs times metrics times points of each is at most "
                            + SeriesQuery.MAX_POINTS + ": ask for fewer, or in several questions")
                    .toException();
        }
    }

    private static <A> A answered(Map<String, A> found, String runId) {
        A answer = found.get(runId);
        if (answer == null) {
            throw new Problem.Internal("metrics-svc did not answer for a run that it was asked for").toException();
        }
        return answer;
    }
}
