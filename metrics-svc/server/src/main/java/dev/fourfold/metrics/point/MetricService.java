package dev.fourfold.metrics.point;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.journal.Failpoint;
import dev.fourfold.journal.JournalSettings;
import dev.fourfold.journal.JournaledStore;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.journal.tail.Tail;
import dev.fourfold.journal.tail.TailedFeed;
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
import dev.fourfold.metrics.client.HttpMetricOperations;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics-svc in this process: a batch is checked, put into the journal and acknowledged; one thread writes what is in
 * the journal to the store. Made at the start, as what an earlier process left in the journal must drain by itself.
 */
@Context
@Requires(missingProperty = HttpMetricOperations.URL)
public final class MetricService implements MetricOperations, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricService.class);

    private static final int MAX_RECORD_BYTES = 8 << 20;

    /** A request to InfluxDB costs as much as some thousand points in it; a reader does not wait for this. */
    private static final Duration GATHER = Duration.ofMillis(50);

    /** How long points are gathered for whoever listens: shorter costs more for many listeners. */
    private static final Duration LIVE_MOMENT = Duration.ofMillis(250);

    /** How long a listener that was cut off finds what it missed in memory, if nobody else listens. */
    private static final Duration LIVE_MEMORY = Duration.ofMinutes(5);

    private static final Duration RETRY_AFTER_CROWD = Duration.ofSeconds(10);

    private final PointStore store;
    private final MetricsConfiguration configuration;
    private final JournaledStore journaled;
    private final Tail tail;
    private final AtomicLong refusedPoints = new AtomicLong();
    private final LongAdder takenPoints = new LongAdder();

    /** Opens the journal and starts to drain it. */
    public MetricService(PointStore store, MetricsConfiguration configuration) {
        this.store = store;
        this.configuration = configuration;
        // No durability lag: PostgreSQL acknowledges what it has synced, and so does InfluxDB with
        // wal-fsync-delay = "0s", which the embedded one has and which the README asks of any other.
        this.journaled = JournaledStore.open(
                JournalSettings.of("metrics", configuration.journalFolder())
                        .withMaxBytes(configuration.journalMaxBytes())
                        .withMaxRecordBytes(MAX_RECORD_BYTES)
                        .withDurabilityLag(Duration.ZERO)
                        .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(1))
                        .withGather(GATHER)
                        .withFailpoint(Failpoint.fromSystemProperty("metrics")),
                Instance.parse(configuration.instance()),
                configuration.readLimit(),
                store::part);
        this.tail = journaled.tail(
                new Tail.Settings(LIVE_MOMENT, configuration.liveBytes(), configuration.liveListeners(), LIVE_MEMORY));
        journaled.drainTo(JournalRecord::fromBytes, this::apply);
    }

    @Override
    public void admit(String runId) {
        journaled.admit(runId);
    }

    @Override
    public void append(PointBatch batch) {
        PointRules.check(batch);
        if (batch.points().isEmpty()) {
            return;
        }
        journaled.append(batch.runId(), batch.toBytes());
        takenPoints.add(batch.points().size());
    }

    @Override
    public HistoryPage history(HistoryQuery query) {
        PointRules.check(query);
        if (query.cursor() != null) {
            HistoryCursor.parse(query.cursor());
        }
        return journaled.read(List.of(query.runId()), () -> store.read(query));
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) {
        PointRules.check(query);
        return journaled.read(idsOf(query.runs()), () -> store.bulk(query));
    }

    @Override
    public List<PointBatch> sample(SampleQuery query) {
        PointRules.check(query);
        return journaled.read(idsOf(query.runs()), () -> store.sample(query));
    }

    @Override
    public List<MetricSeries> series(SeriesQuery query) {
        PointRules.check(query);
        return journaled.read(query.runs().stream().map(RunRange::runId).toList(), () -> store.series(query));
    }

    @Override
    public PurgedRun purge(RunRef run) {
        PointRules.check(run);
        var keys = List.of(run.runId());
        long points = journaled.read(keys, () -> store.count(run));
        // In its place among the run's records, so that a replay of those before it comes to nothing.
        journaled.append(run.runId(), new JournalRecord.Purge(run).toBytes());
        long after = journaled.read(keys, () -> store.count(run));
        LOG.info(
                "metrics.purged experiment={} run={} points={} after={}",
                run.experimentId(),
                run.runId(),
                points,
                after);
        return new PurgedRun(run.experimentId(), run.runId(), points);
    }

    @Override
    public List<String> retentionClasses() {
        return store.retentionClasses();
    }

    @Override
    public LiveFeed live(LiveQuery query) {
        PointRules.check(query);
        journaled.checkOwn(query.runIds());
        var listener = tail.listen(Set.copyOf(query.runIds()), query.after())
                .orElseThrow(() -> new Problem.LimitExceeded(
                                "Already " + configuration.liveListeners() + " listen to new points", RETRY_AFTER_CROWD)
                        .toException());
        return new TailedFeed(
                listener, query.runIds(), new ChosenPoints(Set.copyOf(query.keys())), "The metric service stops.");
    }

    /** How many listen to new points now. */
    public int liveListeners() {
        return tail.listeners();
    }

    @Override
    public List<JournalStatus> journals() {
        return List.of(journaled.status());
    }

    /** How many points were acknowledged since the start. */
    long takenPoints() {
        return takenPoints.sum();
    }

    /** How many points the store has refused for good since the start; each was logged. */
    public long refusedPoints() {
        return refusedPoints.get();
    }

    @Override
    @PreDestroy
    public void close() {
        journaled.close();
    }

    private void apply(List<JournalRecord> records) throws StoreUnavailableException {
        var batches = new ArrayList<PointBatch>(records.size());
        for (JournalRecord record : records) {
            switch (record) {
                case JournalRecord.Points points -> batches.add(points.batch());
                case JournalRecord.Purge purge -> {
                    refusedPoints.addAndGet(store.write(batches));
                    batches.clear();
                    store.purge(purge.run());
                }
            }
        }
        refusedPoints.addAndGet(store.write(batches));
    }

    private static List<String> idsOf(List<RunRef> runs) {
        return runs.stream().map(RunRef::runId).toList();
    }
}
