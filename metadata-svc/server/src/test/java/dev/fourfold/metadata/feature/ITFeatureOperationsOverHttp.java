package dev.fourfold.metadata.feature;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITFeatureOperationsOverHttp extends FeatureOperationsContract {

    private final TwoProcesses processes = new TwoProcesses(settings(TestPostgres.emptyDatabase()));

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected ApplicationContext context() {
        return processes.caller();
    }
}
