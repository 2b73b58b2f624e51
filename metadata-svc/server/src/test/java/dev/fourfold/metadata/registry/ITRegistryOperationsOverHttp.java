package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import dev.fourfold.metadata.run.RunOperations;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITRegistryOperationsOverHttp extends RegistryOperationsContract {

    private final Map<String, Object> database = TestPostgres.emptyDatabase();
    private final TwoProcesses processes = new TwoProcesses(database);

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected RegisteredModelOperations models() {
        return processes.caller().getBean(RegisteredModelOperations.class);
    }

    @Override
    protected ModelVersionOperations versions() {
        return processes.caller().getBean(ModelVersionOperations.class);
    }

    @Override
    protected RunOperations runs() {
        return processes.caller().getBean(RunOperations.class);
    }

    @Override
    protected Map<String, Object> database() {
        return database;
    }
}
