package dev.fourfold.metadata.work;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.state.NamespaceOperations;
import io.micronaut.context.ApplicationContext;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITWorkOperationsInProcess extends WorkOperationsContract {

    private final ApplicationContext context =
            OneProcess.start(TestPostgres.emptyDatabase(), Map.of("fourfold.metadata.work.max-items", 300));

    @AfterAll
    void stop() {
        context.close();
    }

    @Override
    protected WorkOperations work() {
        return context.getBean(WorkOperations.class);
    }

    @Override
    protected NamespaceOperations namespaces() {
        return context.getBean(NamespaceOperations.class);
    }
}
