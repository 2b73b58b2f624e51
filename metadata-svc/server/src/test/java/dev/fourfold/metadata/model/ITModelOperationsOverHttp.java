package dev.fourfold.metadata.model;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.run.RunOperations;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITModelOperationsOverHttp extends ModelOperationsContract {

    private final TwoProcesses processes = new TwoProcesses(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected RunOperations runs() {
        return processes.caller().getBean(RunOperations.class);
    }

    @Override
    protected ExperimentOperations experiments() {
        return processes.caller().getBean(ExperimentOperations.class);
    }

    @Override
    protected ModelOperations models() {
        return processes.caller().getBean(ModelOperations.class);
    }
}
