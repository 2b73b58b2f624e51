package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITExperimentOperationsInProcess extends ExperimentOperationsContract {

    private final ApplicationContext context = OneProcess.start(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        context.close();
    }

    @Override
    protected ExperimentOperations experiments() {
        return context.getBean(ExperimentOperations.class);
    }
}
