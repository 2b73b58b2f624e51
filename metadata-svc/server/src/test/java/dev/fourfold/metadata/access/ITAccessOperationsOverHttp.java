package dev.fourfold.metadata.access;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITAccessOperationsOverHttp extends AccessOperationsContract {

    private final TwoProcesses processes = new TwoProcesses(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected AccessOperations access() {
        return processes.caller().getBean(AccessOperations.class);
    }
}
