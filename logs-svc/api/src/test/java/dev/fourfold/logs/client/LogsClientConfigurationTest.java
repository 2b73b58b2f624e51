package dev.fourfold.logs.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogsClientConfigurationTest {

    @Test
    void limits_areThoseOfTheService_unlessKeysSayOtherwise() {
        try (var context = ApplicationContext.run(Map.of(
                "fourfold.logs.url", "http://127.0.0.1:5103",
                "fourfold.logs.client.read-timeout", "3s"))) {
            var configuration = context.getBean(LogsClientConfiguration.class);
            assertThat(configuration.getConnectTimeout()).contains(Duration.ofSeconds(2));
            assertThat(configuration.getReadTimeout()).contains(Duration.ofSeconds(3));
        }
    }
}
