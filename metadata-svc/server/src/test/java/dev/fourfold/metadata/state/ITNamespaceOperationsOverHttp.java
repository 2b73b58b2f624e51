package dev.fourfold.metadata.state;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITNamespaceOperationsOverHttp extends NamespaceOperationsContract {

    private final TwoProcesses processes = new TwoProcesses(database());

    private static Map<String, Object> database() {
        var database = new HashMap<>(TestPostgres.emptyDatabase());
        database.put("fourfold.metadata.state.max-namespaces", 10);
        return database;
    }

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected NamespaceOperations namespaces() {
        return processes.caller().getBean(NamespaceOperations.class);
    }
}
