package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.logs.LogOperations;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITLogsInProcess extends LogOperationsContract {

    @TempDir
    static Path folder;

    private static ApplicationContext context;

    @BeforeAll
    static void start() {
        context = ApplicationContext.run(Map.of(
                "fourfold.mongo.url",
                TemporaryStores.mongo().url(),
                "fourfold.mongo.durability-lag",
                "0s",
                "fourfold.logs.journal-folder",
                folder.toString()));
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void operations_areThereOnce_andNoController() {
        assertThat(context.getBeansOfType(LogOperations.class)).hasSize(1);
        assertThat(context.getBeanDefinitions(Object.class).stream()
                        .filter(bean -> bean.getBeanType().getName().startsWith("dev.fourfold.logs.http")))
                .isEmpty();
    }

    @Override
    protected LogOperations logs() {
        return context.getBean(LogOperations.class);
    }

    @Override
    protected StoreOperations store() {
        return context.getBean(StoreOperations.class);
    }
}
