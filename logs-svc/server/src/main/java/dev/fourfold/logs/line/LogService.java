package dev.fourfold.logs.line;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.JournalStatus;
import dev.fourfold.journal.Failpoint;
import dev.fourfold.journal.JournalSettings;
import dev.fourfold.journal.JournaledStore;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.ServesLogs;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;

/**
 * Logs-svc in this process: lines are checked, put into the journal and acknowledged; one thread writes what is in the
 * journal to the store. Made at the start, as what an earlier process left in the journal must drain by itself.
 */
@Context
@ServesLogs
final class LogService implements LogOperations {

    /** The largest request, and what its binary form may add to it. */
    private static final int MAX_RECORD_BYTES = 24 << 20;

    private final LineStore store;
    private final JournaledStore journaled;

    LogService(LineStore store, LogsConfiguration configuration) {
        this.store = store;
        journaled = JournaledStore.open(
                JournalSettings.of("logs", configuration.journalFolder())
                        .withMaxBytes(configuration.journalMaxBytes())
                        .withMaxRecordBytes(MAX_RECORD_BYTES)
                        .withDurabilityLag(store.durabilityLag())
                        .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(1))
                        .withFailpoint(Failpoint.fromSystemProperty("logs")),
                Instance.parse(configuration.instance()),
                configuration.readLimit(),
                store::part);
        if (store.durabilityLag().isPositive()) {
            store.whenLost(journaled::rewind);
        }
        journaled.drainTo(LogBatch::fromBytes, store::write);
    }

    @Override
    public void append(LogBatch batch) {
        LineRules.check(batch);
        if (batch.lines().isEmpty()) {
            return;
        }
        journaled.append(batch.runId(), batch.toBytes());
    }

    @Override
    public LogPage search(LogQuery query) {
        LineRules.check(query);
        LinePosition after = LinePosition.fromCursor(query.cursor());
        return journaled.read(List.of(query.runId()), () -> store.search(query, after));
    }

    @Override
    public List<JournalStatus> journals() {
        return List.of(journaled.status());
    }

    @PreDestroy
    void close() {
        journaled.close();
    }
}
