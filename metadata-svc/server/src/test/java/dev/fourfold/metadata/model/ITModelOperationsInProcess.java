package dev.fourfold.metadata.model;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.run.RunOperations;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITModelOperationsInProcess extends ModelOperationsContract {

    private final ApplicationContext context = OneProcess.start(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        context.close();
    }

    @Override
    protected RunOperations runs() {
        return context.getBean(RunOperations.class);
    }

    @Override
    protected ExperimentOperations experiments() {
        return context.getBean(ExperimentOperations.class);
    }

    @Override
    protected ModelOperations models() {
        return context.getBean(ModelOperations.class);
    }
}
