package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.metrics.client.HttpMetricOperations;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operations across HTTP. */
final class ITMetricHttp extends MetricOperationsContract {

    @TempDir
    private static Path journal;

    private static ApplicationContext server;
    private static ApplicationContext client;

    @BeforeAll
    static void start() {
        server = Service.separate(TemporaryStores.influx(), journal).start();
        var http = server.getBean(EmbeddedServer.class).start();
        client = Service.client(http.getURL().toString()).start();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Override
    MetricOperations operations() {
        return client.getBean(MetricOperations.class);
    }

    @Override
    StoreOperations store() {
        return client.getBean(StoreOperations.class, Qualifiers.byName("metrics"));
    }

    @Test
    void thisForm_hasTheClientAlone() {
        assertThat(client.getBeansOfType(MetricOperations.class))
                .singleElement()
                .isInstanceOf(HttpMetricOperations.class);
    }

    @Test
    void serviceThatIsAway_isUnavailable() {
        try (var lonely = Service.client("http://127.0.0.1:1").start()) {
            var operations = lonely.getBean(MetricOperations.class);
            assertThat(operations.journals()).singleElement().satisfies(journal -> {
                assertThat(journal.available()).isFalse();
                assertThat(journal.detail()).isNotBlank();
            });
            Assertions.assertThatThrownBy(
                            () -> operations.history(new HistoryQuery("experiment", "run", "loss", null, 10)))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
        }
    }
}
