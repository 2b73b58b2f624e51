package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RetentionClassTest {

    @Test
    void retention_isRead() {
        assertThat(new RetentionClass("a", "36h").kept()).isEqualTo(Duration.ofHours(36));
        assertThat(new RetentionClass("default", "30d").kept()).isEqualTo(Duration.ofDays(30));
        assertThat(new RetentionClass("b-2", "52w").kept()).isEqualTo(Duration.ofDays(364));
        assertThat(new RetentionClass("a", "1h").ends()).isTrue();
        assertThat(new RetentionClass("a", "0").ends()).isFalse();
    }

    @Test
    void classes_areSetByTheEnvironment() {
        var variables = PropertySource.of(
                "environment",
                Map.of(
                        "FOURFOLD_LOGS_CLASSES_SCRATCH_RETENTION",
                        "14d",
                        "FOURFOLD_LOGS_CLASSES_DEFAULT_RETENTION",
                        "0"),
                PropertySource.PropertyConvention.ENVIRONMENT_VARIABLE);
        try (var context = ApplicationContext.builder()
                .propertySources(variables)
                .properties(Map.of("fourfold.logs.url", "http://127.0.0.1:1"))
                .start()) {
            assertThat(context.getBeansOfType(RetentionClass.class))
                    .filteredOn(RetentionClass::isConfigured)
                    .containsExactlyInAnyOrder(
                            new RetentionClass("scratch", "14d"), new RetentionClass("default", "0"));
        }
    }

    @Test
    void whatCannotBe_isRefused() {
        for (String name : new String[] {"", "Short", "a_b", "1a", "system"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new RetentionClass(name, "30d"));
        }
        for (String retention : new String[] {"", "0d", "30", "5y", "-1d", "10m"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new RetentionClass("a", retention));
        }
    }
}
