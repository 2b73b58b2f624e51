package dev.fourfold.metadata.access;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITAccessOperationsInProcess extends AccessOperationsContract {

    private final ApplicationContext context = OneProcess.start(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        context.close();
    }

    @Override
    protected AccessOperations access() {
        return context.getBean(AccessOperations.class);
    }
}
