package dev.fourfold.logs.line;

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
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import dev.fourfold.logs.ServesLogs;
import dev.fourfold.logs.SweptLines;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs-svc in this process: lines are checked, put into the journal and acknowledged; one thread writes what is in the
 * journal to the store. Made at the start, as what an earlier process left in the journal must drain by itself.
 */
@Context
@ServesLogs
final class LogService implements LogOperations {

    private static final Logger LOG = LoggerFactory.getLogger(LogService.class);

    /** The largest request, and what its binary form may add to it. */
    private static final int MAX_RECORD_BYTES = 24 << 20;

    /**
     * How much goes to the store at once, and how long more is waited for: every batch writes each run's open bucket and
     * index anew, so few large ones cost far less than many small ones. A reader does not wait for this.
     */
    private static final int MOST_RECORDS_AT_ONCE = 5_000;

    private static final long MOST_BYTES_AT_ONCE = 24L << 20;
    private static final Duration GATHER = Duration.ofMillis(250);

    /** How long lines are gathered for whoever listens: shorter costs more for many listeners. */
    private static final Duration LIVE_MOMENT = Duration.ofMillis(250);

    /** How long a listener that was cut off finds what it missed in memory, if nobody else listens. */
    private static final Duration LIVE_MEMORY = Duration.ofMinutes(5);

    private static final Duration RETRY_AFTER_CROWD = Duration.ofSeconds(10);

    private final LineStore store;
    private final LineRetention retention;
    private final List<RetentionClass> classes;
    private final Sweeps sweeps = new Sweeps();
    private final LogsConfiguration configuration;
    private final JournaledStore journaled;
    private final Tail tail;
    private final RunLimit limit;
    private final LongAdder takenLines = new LongAdder();

    LogService(
            LineStore store, LineRetention retention, List<RetentionClass> classes, LogsConfiguration configuration) {
        this.store = store;
        this.retention = retention;
        this.classes = List.copyOf(classes);
        this.configuration = configuration;
        journaled = JournaledStore.open(
                JournalSettings.of("logs", configuration.journalFolder())
                        .withMaxBytes(configuration.journalMaxBytes())
                        .withMaxRecordBytes(MAX_RECORD_BYTES)
                        .withDurabilityLag(store.durabilityLag())
                        .withBatch(MOST_RECORDS_AT_ONCE, MOST_BYTES_AT_ONCE)
                        .withGather(GATHER)
                        .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(1))
                        .withFailpoint(Failpoint.fromSystemProperty("logs")),
                Instance.parse(configuration.instance()),
                configuration.readLimit(),
                store::part);
        limit = new RunLimit(configuration.runLines(), configuration.runBytes(), new Measured());
        if (store.durabilityLag().isPositive()) {
            store.whenLost(journaled::rewind);
        }
        tail = journaled.tail(
                new Tail.Settings(LIVE_MOMENT, configuration.liveBytes(), configuration.liveListeners(), LIVE_MEMORY));
        journaled.drainTimedTo((bytes, at) -> new Taken(JournalRecord.fromBytes(bytes), at), this::apply);
    }

    @Override
    public void append(LogBatch batch) {
        LineRules.check(batch);
        if (batch.lines().isEmpty()) {
            return;
        }
        journaled.checkOwn(List.of(batch.runId()));
        limit.append(batch, () -> journaled.append(batch.runId(), batch.toBytes()));
        takenLines.add(batch.lines().size());
    }

    @Override
    public LogPage search(LogQuery query) {
        LineRules.check(query);
        return journaled.read(query.runIds(), () -> store.search(query));
    }

    @Override
    public List<LogCount> counts(LogCountQuery query) {
        LineRules.check(query);
        return journaled.read(query.runIds(), () -> store.counts(query));
    }

    @Override
    public List<LogExtent> extents(List<String> runIds) {
        LineRules.checkRuns(runIds);
        return journaled.read(runIds, () -> store.extents(runIds));
    }

    @Override
    public PurgedLines purge(String runId) {
        LineRules.checkRun(runId);
        var keys = List.of(runId);
        long lines = journaled.read(keys, () -> store.count(runId));
        // In its place among the run's records, so that a replay of those before it comes to nothing.
        journaled.append(runId, new JournalRecord.Purge(runId).toBytes());
        long after = journaled.read(keys, () -> store.count(runId));
        LOG.info("logs.purged run={} lines={} after={}", runId, lines, after);
        return new PurgedLines(runId, lines);
    }

    @Override
    public LiveFeed live(LiveLogQuery query) {
        LineRules.check(query);
        journaled.checkOwn(query.runIds());
        var listener = tail.listen(Set.copyOf(query.runIds()), query.after())
                .orElseThrow(() -> new Problem.LimitExceeded(
                                "Already " + configuration.liveListeners() + " listen to new lines", RETRY_AFTER_CROWD)
                        .toException());
        return new TailedFeed(listener, query.runIds(), new ChosenLines(query.filter()), "The log service stops.");
    }

    @Override
    public List<String> retentionClasses() {
        return classes.stream()
                .filter(RetentionClass::isConfigured)
                .map(RetentionClass::name)
                .toList();
    }

    @Override
    public List<SweptLines> swept() {
        return List.of(sweeps.of(journaled.status().instance()));
    }

    /** How many lines were acknowledged since the start. */
    long takenLines() {
        return takenLines.sum();
    }

    Sweeps sweeps() {
        return sweeps;
    }

    /**
     * Removes a run's buckets that nothing was received for since a time. It goes through the journal: in its place among
     * the run's lines, so that a replay of those before it comes to nothing, and finished after a crash.
     */
    void sweep(String runId, Instant before) {
        journaled.append(runId, new JournalRecord.Sweep(runId, before).toBytes());
        journaled.read(List.of(runId), () -> before); // One after another, so that writers come in between.
    }

    @Override
    public List<JournalStatus> journals() {
        return List.of(journaled.status());
    }

    @PreDestroy
    void close() {
        journaled.close();
    }

    /** Asks the store, once everything that is in the journal is there. */
    private final class Measured implements RunLimit.Measure {

        @Override
        public RunSize of(String runId) {
            return extents(List.of(runId)).stream()
                    .map(extent -> new RunSize(extent.lines(), extent.bytes()))
                    .findFirst()
                    .orElse(RunSize.NONE);
        }

        @Override
        public RunSize missing(LogBatch batch) {
            return journaled.read(List.of(batch.runId()), () -> store.missing(batch));
        }

        @Override
        public boolean isAway() {
            return journaled.isStoreAway();
        }
    }

    /** A record, and when it was taken. */
    private record Taken(JournalRecord record, Instant at) {}

    private void apply(List<Taken> records) throws StoreUnavailableException {
        var batches = new ArrayList<ReceivedLines>(records.size());
        for (Taken taken : records) {
            switch (taken.record()) {
                case JournalRecord.Lines lines -> batches.add(new ReceivedLines(lines.batch(), taken.at()));
                case JournalRecord.Sweep sweep -> {
                    store.write(batches);
                    batches.clear();
                    var swept = retention.sweep(sweep.runId(), sweep.before());
                    sweeps.add(swept);
                    LOG.info("logs.swept run={} buckets={} lines={}", sweep.runId(), swept.buckets(), swept.lines());
                }
                case JournalRecord.Purge purge -> {
                    store.write(batches);
                    batches.clear();
                    store.purge(purge.runId());
                }
            }
        }
        store.write(batches);
    }
}
