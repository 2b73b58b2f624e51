package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.metrics.point.MetricsConfiguration;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.exceptions.BeanInstantiationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defaults and full mapping of the configuration; a url keeps the service itself from starting. */
final class ConfigurationTest {

    private static final Map<String, Object> ELSEWHERE = Map.of("fourfold.metrics.url", "http://127.0.0.1:1");

    @Test
    void defaults_areThoseOfTheFile() {
        try (var context = context(Map.of())) {
            var configuration = context.getBean(MetricsConfiguration.class);
            assertThat(configuration)
                    .isEqualTo(new MetricsConfiguration(
                            "influxdb",
                            Path.of("data/metrics-journal"),
                            4L << 30,
                            Duration.ofSeconds(5),
                            1_000,
                            16L << 20,
                            "1/1"));
            // Empty, not two backticks: an absent token means InfluxDB 1.8.
            assertThat(context.getProperty("fourfold.influx.token", String.class)
                            .orElse(""))
                    .isEmpty();
        }
    }

    @Test
    void everyKey_isMapped() {
        try (var context = context(Map.of(
                "fourfold.metrics.store",
                "postgresql",
                "fourfold.metrics.journal-folder",
                "/tmp/j",
                "fourfold.metrics.journal-max-bytes",
                "2000000",
                "fourfold.metrics.read-limit",
                "3s",
                "fourfold.metrics.live-listeners",
                "7",
                "fourfold.metrics.live-bytes",
                "70000",
                "fourfold.metrics.instance",
                "2/3"))) {
            assertThat(context.getBean(MetricsConfiguration.class))
                    .isEqualTo(new MetricsConfiguration(
                            "postgresql", Path.of("/tmp/j"), 2_000_000, Duration.ofSeconds(3), 7, 70_000, "2/3"));
        }
    }

    @Test
    void unknownStore_isRefused() {
        try (var context = context(Map.of("fourfold.metrics.store", "paper"))) {
            assertThatThrownBy(() -> context.getBean(MetricsConfiguration.class))
                    .isInstanceOf(BeanInstantiationException.class)
                    .hasMessageContaining("paper");
        }
    }

    @Test
    void instanceThatCannotBe_isRefused() {
        try (var context = context(Map.of("fourfold.metrics.instance", "4/3"))) {
            assertThatThrownBy(() -> context.getBean(MetricsConfiguration.class))
                    .isInstanceOf(BeanInstantiationException.class)
                    .hasMessageContaining("no instance 4 of 3");
        }
    }

    private static ApplicationContext context(Map<String, Object> properties) {
        return ApplicationContext.builder()
                .propertySources(MetricsDefaults.everywhere(), PropertySource.of("elsewhere", ELSEWHERE))
                .properties(properties)
                .banner(false)
                .start();
    }
}
