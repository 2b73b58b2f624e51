package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITExperimentOperationsOverHttp extends ExperimentOperationsContract {

    private final TwoProcesses processes = new TwoProcesses(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected ExperimentOperations experiments() {
        return processes.caller().getBean(ExperimentOperations.class);
    }
}
