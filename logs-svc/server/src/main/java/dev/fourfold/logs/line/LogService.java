package dev.fourfold.logs.line;

import dev.fourfold.contract.Problem;
import dev.fourfold.journal.Entry;
import dev.fourfold.journal.Failpoint;
import dev.fourfold.journal.Journal;
import dev.fourfold.journal.JournalException;
import dev.fourfold.journal.JournalSettings;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.JournalStatus;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.ServesLogs;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER_FULL = Duration.ofSeconds(10);

    /** The largest request, and what its binary form may add to it. */
    private static final int MAX_RECORD_BYTES = 24 << 20;

    /** How often a waiting read looks whether the store is known to be away. */
    private static final Duration GLANCE = Duration.ofMillis(250);

    private final LineStore store;
    private final LogsConfiguration configuration;
    private final Journal journal;
    private volatile boolean storeAway;

    LogService(LineStore store, LogsConfiguration configuration) {
        this.store = store;
        this.configuration = configuration;
        journal = Journal.open(JournalSettings.of("logs", configuration.journalFolder())
                .withMaxBytes(configuration.journalMaxBytes())
                .withMaxRecordBytes(MAX_RECORD_BYTES)
                .withDurabilityLag(store.durabilityLag())
                .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(1))
                .withFailpoint(Failpoint.fromSystemProperty("logs")));
        if (store.durabilityLag().isPositive()) {
            store.whenLost(journal::rewind);
        }
        journal.drainTo(this::drain);
    }

    @Override
    public void append(LogBatch batch) {
        LineRules.check(batch);
        if (batch.lines().isEmpty()) {
            return;
        }
        byte[] record = batch.toBytes();
        if (record.length > MAX_RECORD_BYTES) {
            throw new Problem.TooLarge("The lines of a request have up to " + MAX_RECORD_BYTES + " bytes")
                    .toException();
        }
        try {
            journal.append(batch.runId(), record);
        } catch (JournalException.Full e) {
            throw new Problem.LimitExceeded(
                            "The journal of logs is full: its store is away or too slow", RETRY_AFTER_FULL)
                    .toException(e);
        } catch (JournalException e) {
            throw new Problem.Unavailable("logs-svc", "The journal of logs cannot be written", RETRY_AFTER)
                    .toException(e);
        }
    }

    @Override
    public LogPage search(LogQuery query) {
        LineRules.check(query);
        LinePosition after = LinePosition.fromCursor(query.cursor());
        long deadline = System.nanoTime() + configuration.readLimit().toNanos();
        while (true) {
            long rewinds = journal.rewinds();
            awaitDrained(query.runId(), deadline);
            LogPage page;
            try {
                page = store.search(query, after);
            } catch (StoreUnavailableException e) {
                throw unavailable("The store of logs does not answer").toException(e);
            }
            // A store that was restarted while it was read may have forgotten lines that it gets again.
            if (journal.rewinds() == rewinds) {
                return page;
            }
        }
    }

    @Override
    public JournalStatus journal() {
        return new JournalStatus(
                journal.depthRecords(),
                journal.depthBytes(),
                journal.oldestAge().toMillis(),
                configuration.journalMaxBytes());
    }

    @PreDestroy
    void close() {
        journal.close();
    }

    private void awaitDrained(String runId, long deadline) {
        try {
            while (!journal.awaitApplied(runId, GLANCE)) {
                if (storeAway) {
                    throw unavailable("The store of logs is away; what was logged is kept and will be written")
                            .toException();
                }
                if (System.nanoTime() > deadline) {
                    throw unavailable("Lines of this run are still on their way to the store")
                            .toException();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted while waiting for the store of logs").toException(e);
        }
    }

    private void drain(List<Entry> entries) throws StoreUnavailableException {
        var batches = new ArrayList<LogBatch>(entries.size());
        for (Entry entry : entries) {
            try {
                batches.add(LogBatch.fromBytes(entry.payload()));
            } catch (IllegalArgumentException e) {
                // Written by a newer version perhaps. It can never be applied, and must not hold up the rest.
                LOG.error("event=record-unreadable record={} run={}", entry.sequence(), entry.key(), e);
            }
        }
        try {
            store.write(batches);
            storeAway = false;
        } catch (StoreUnavailableException e) {
            storeAway = true;
            throw e;
        }
    }

    private Problem.Unavailable unavailable(String message) {
        return new Problem.Unavailable(store.part(), message, RETRY_AFTER);
    }
}
