package dev.fourfold.metadata.registry;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.run.RunOperations;
import io.micronaut.context.ApplicationContext;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITRegistryOperationsInProcess extends RegistryOperationsContract {

    private final Map<String, Object> database = TestPostgres.emptyDatabase();
    private final ApplicationContext context = OneProcess.start(database);

    @AfterAll
    void stop() {
        context.close();
    }

    @Override
    protected RegisteredModelOperations models() {
        return context.getBean(RegisteredModelOperations.class);
    }

    @Override
    protected ModelVersionOperations versions() {
        return context.getBean(ModelVersionOperations.class);
    }

    @Override
    protected RunOperations runs() {
        return context.getBean(RunOperations.class);
    }

    @Override
    protected Map<String, Object> database() {
        return database;
    }
}
