package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.metrics.point.MetricService;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operations in process. */
final class ITMetricService extends MetricOperationsContract {

    @TempDir
    private static Path journal;

    private static ApplicationContext context;

    @BeforeAll
    static void start() {
        context = Service.here(TemporaryStores.influx(), journal, Map.of()).start();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Override
    MetricOperations operations() {
        return context.getBean(MetricOperations.class);
    }

    @Override
    StoreOperations store() {
        return context.getBean(StoreOperations.class, Qualifiers.byName("metrics"));
    }

    @Test
    void thisForm_hasTheServiceAndNoRoute() {
        assertThat(context.getBeansOfType(MetricOperations.class))
                .singleElement()
                .isInstanceOf(MetricService.class);
        assertThat(context.getBeanDefinitions(Object.class))
                .noneMatch(bean -> bean.getBeanType().getName().startsWith("dev.fourfold.metrics.http"));
    }
}
