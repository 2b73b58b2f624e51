package dev.fourfold.metadata.work;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import dev.fourfold.metadata.state.NamespaceOperations;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITWorkOperationsOverHttp extends WorkOperationsContract {

    private final TwoProcesses processes = new TwoProcesses(database());

    private static Map<String, Object> database() {
        var database = new HashMap<>(TestPostgres.emptyDatabase());
        database.put("fourfold.metadata.work.max-items", 300);
        return database;
    }

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected WorkOperations work() {
        return processes.caller().getBean(WorkOperations.class);
    }

    @Override
    protected NamespaceOperations namespaces() {
        return processes.caller().getBean(NamespaceOperations.class);
    }
}
