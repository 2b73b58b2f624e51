package dev.fourfold.metadata.generation;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import io.micronaut.context.ApplicationContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITCacheGenerationOperationsInProcess extends CacheGenerationOperationsContract {

    private final ApplicationContext context = OneProcess.start(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        context.close();
    }

    @Override
    protected CacheGenerationOperations generation() {
        return context.getBean(CacheGenerationOperations.class);
    }
}
