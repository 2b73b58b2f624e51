package dev.fourfold.metadata.heart;

import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.TwoProcesses;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as another process calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITHeartOperationsOverHttp extends HeartOperationsContract {

    private final TwoProcesses processes = new TwoProcesses(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        processes.close();
    }

    @Override
    protected ApplicationContext context() {
        return processes.caller();
    }
}
