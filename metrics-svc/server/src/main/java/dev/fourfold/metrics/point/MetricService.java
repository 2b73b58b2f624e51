package dev.fourfold.metrics.point;

import dev.fourfold.contract.Problem;
import dev.fourfold.journal.Entry;
import dev.fourfold.journal.Failpoint;
import dev.fourfold.journal.Journal;
import dev.fourfold.journal.JournalException;
import dev.fourfold.journal.JournalSettings;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.JournalStatus;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.PointBatch;
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
import java.util.concurrent.atomic.AtomicLong;
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

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER_FULL = Duration.ofSeconds(10);
    private static final int MAX_RECORD_BYTES = 8 << 20;

    /** How often a waiting read looks whether the store is known to be away. */
    private static final Duration GLANCE = Duration.ofMillis(250);

    private final PointStore store;
    private final MetricsConfiguration configuration;
    private final Journal journal;
    private final AtomicLong refusedPoints = new AtomicLong();
    private volatile boolean storeAway;

    /** Opens the journal and starts to drain it. */
    public MetricService(PointStore store, MetricsConfiguration configuration) {
        this.store = store;
        this.configuration = configuration;
        // No durability lag: PostgreSQL acknowledges what it has synced, and so does InfluxDB with
        // wal-fsync-delay = "0s", which the embedded one has and which the README asks of any other.
        this.journal = Journal.open(JournalSettings.of("metrics", configuration.journalFolder())
                .withMaxBytes(configuration.journalMaxBytes())
                .withMaxRecordBytes(MAX_RECORD_BYTES)
                .withDurabilityLag(Duration.ZERO)
                .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(1))
                .withFailpoint(Failpoint.fromSystemProperty("metrics")));
        journal.drainTo(this::drain);
    }

    @Override
    public void append(PointBatch batch) {
        PointRules.check(batch);
        if (batch.points().isEmpty()) {
            return;
        }
        byte[] record = batch.toBytes();
        if (record.length > MAX_RECORD_BYTES) {
            throw new Problem.TooLarge("A batch of points has at most " + MAX_RECORD_BYTES + " bytes").toException();
        }
        try {
            journal.append(batch.runId(), record);
        } catch (JournalException.Full e) {
            throw new Problem.LimitExceeded(
                            "The journal of metrics is full: its store is away or too slow", RETRY_AFTER_FULL)
                    .toException(e);
        } catch (JournalException e) {
            throw new Problem.Unavailable("metrics-svc", "The journal of metrics cannot be written", RETRY_AFTER)
                    .toException(e);
        }
    }

    @Override
    public HistoryPage history(HistoryQuery query) {
        PointRules.check(query);
        if (query.cursor() != null) {
            HistoryCursor.parse(query.cursor());
        }
        awaitDrained(List.of(new RunRef(query.experimentId(), query.runId())));
        return ask(() -> store.read(query));
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) {
        PointRules.check(query);
        awaitDrained(query.runs());
        return ask(() -> store.bulk(query));
    }

    @Override
    public List<PointBatch> sample(SampleQuery query) {
        PointRules.check(query);
        awaitDrained(query.runs());
        return ask(() -> store.sample(query));
    }

    @Override
    public List<MetricSeries> series(SeriesQuery query) {
        PointRules.check(query);
        awaitDrained(query.runs().stream()
                .map(run -> new RunRef(run.experimentId(), run.runId()))
                .toList());
        return ask(() -> store.series(query));
    }

    @Override
    public JournalStatus journal() {
        return new JournalStatus(
                journal.depthRecords(),
                journal.depthBytes(),
                journal.oldestAge().toMillis(),
                configuration.journalMaxBytes());
    }

    /** How many points the store has refused for good since the start; each was logged. */
    public long refusedPoints() {
        return refusedPoints.get();
    }

    @Override
    @PreDestroy
    public void close() {
        journal.close();
    }

    private <T> T ask(Reading<T> reading) {
        try {
            return reading.read();
        } catch (StoreUnavailableException e) {
            throw unavailable("The store of metrics does not answer").toException(e);
        }
    }

    private void awaitDrained(List<RunRef> runs) {
        long deadline = System.nanoTime() + configuration.readLimit().toNanos();
        try {
            for (RunRef run : runs) {
                while (!journal.awaitApplied(run.runId(), GLANCE)) {
                    if (storeAway) {
                        throw unavailable("The store of metrics is away; what was logged is kept and will be written")
                                .toException();
                    }
                    if (System.nanoTime() > deadline) {
                        throw unavailable("Points of this run are still on their way to the store")
                                .toException();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted while waiting for the store of metrics")
                    .toException(e);
        }
    }

    private void drain(List<Entry> entries) throws StoreUnavailableException {
        var batches = new ArrayList<PointBatch>(entries.size());
        for (Entry entry : entries) {
            try {
                batches.add(PointBatch.fromBytes(entry.payload()));
            } catch (IllegalArgumentException e) {
                // Written by a newer version perhaps. It can never be applied, and must not hold up the rest.
                LOG.error("metrics.journal record={} run={} cannot be read", entry.sequence(), entry.key(), e);
            }
        }
        try {
            refusedPoints.addAndGet(store.write(batches));
            storeAway = false;
        } catch (StoreUnavailableException e) {
            storeAway = true;
            throw e;
        }
    }

    private Problem.Unavailable unavailable(String message) {
        return new Problem.Unavailable(store.part(), message, RETRY_AFTER);
    }

    /** Something that the store is asked for. */
    @FunctionalInterface
    private interface Reading<T> {

        T read() throws StoreUnavailableException;
    }
}
