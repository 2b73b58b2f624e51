package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fourfold.metrics.MetricsDefaults;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Retention classes as they are configured. */
final class RetentionClassTest {

    @Test
    void everyKey_isMapped() {
        try (var context = context(Map.of(
                "fourfold.influx.classes.short.retention", "30d",
                "fourfold.influx.classes.short.shard-duration", "2d",
                "fourfold.influx.classes.system.retention", "52w"))) {
            assertThat(context.getBeansOfType(RetentionClass.class))
                    .extracting(RetentionClass::policy)
                    .containsExactlyInAnyOrder(
                            new Policy("short", Duration.ofDays(30), Duration.ofDays(2)),
                            new Policy("system", Duration.ofDays(364), Duration.ofDays(7)));
        }
    }

    @Test
    void classes_areSetByTheEnvironment() {
        var variables = PropertySource.of(
                "environment",
                Map.of(
                        "FOURFOLD_INFLUX_CLASSES_SHORT_RETENTION", "30d",
                        "FOURFOLD_INFLUX_CLASSES_SHORT_SHARD_DURATION", "2d"),
                PropertySource.PropertyConvention.ENVIRONMENT_VARIABLE);
        try (var context = context(Map.of(), variables)) {
            assertThat(context.getBeansOfType(RetentionClass.class))
                    .filteredOn(RetentionClass::isConfigured)
                    .extracting(RetentionClass::policy)
                    .containsExactly(new Policy("short", Duration.ofDays(30), Duration.ofDays(2)));
        }
    }

    @Test
    void classes_areNoneByDefault() {
        try (var context = context(Map.of())) {
            assertThat(context.getBeansOfType(RetentionClass.class)).isEmpty();
        }
    }

    @Test
    void shards_areAsLongAsTheRetentionWants() {
        assertThat(new RetentionClass("a", "36h", null).policy().shardDuration())
                .isEqualTo(Duration.ofHours(1));
        assertThat(new RetentionClass("a", "4w", "").policy().shardDuration()).isEqualTo(Duration.ofDays(1));
        assertThat(new RetentionClass("a", "365d", null).policy().shardDuration())
                .isEqualTo(Duration.ofDays(7));
    }

    @Test
    void whatCannotBe_isRefused() {
        for (String name : new String[] {"", "default", "Short", "a_b", "1a"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new RetentionClass(name, "30d", null));
        }
        for (String retention : new String[] {"", "0d", "30", "5y", "-1d", "INF"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new RetentionClass("a", retention, null));
        }
        for (String shards : new String[] {"31d", "1h", "x"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new RetentionClass("a", "30d", shards));
        }
    }

    @Test
    void durationsOfInfluxDb_areRead() {
        assertThat(InfluxTime.parse("168h0m0s")).isEqualTo(Duration.ofDays(7));
        assertThat(InfluxTime.parse("520w")).isEqualTo(Duration.ofDays(3_640));
        assertThat(InfluxTime.parse("0s")).isZero();
        assertThat(InfluxTime.parse(InfluxTime.format(Duration.ofDays(90)))).isEqualTo(Duration.ofDays(90));
        assertThatIllegalArgumentException().isThrownBy(() -> InfluxTime.parse("1h then"));
    }

    private static ApplicationContext context(Map<String, Object> properties, PropertySource... more) {
        return ApplicationContext.builder()
                .propertySources(MetricsDefaults.everywhere())
                .propertySources(more)
                .properties(Map.of("fourfold.metrics.url", "http://127.0.0.1:1"))
                .properties(properties)
                .banner(false)
                .start();
    }
}
