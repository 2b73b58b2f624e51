package dev.fourfold.metadata.state;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import io.micronaut.context.ApplicationContext;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITNamespaceOperationsInProcess extends NamespaceOperationsContract {

    private final ApplicationContext context =
            OneProcess.start(TestPostgres.emptyDatabase(), Map.of("fourfold.metadata.state.max-namespaces", 10));

    @AfterAll
    void stop() {
        context.close();
    }

    @Override
    protected NamespaceOperations namespaces() {
        return context.getBean(NamespaceOperations.class);
    }
}
