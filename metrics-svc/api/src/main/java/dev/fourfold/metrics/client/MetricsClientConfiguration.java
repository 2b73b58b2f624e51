package dev.fourfold.metrics.client;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.client.HttpClientConfiguration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How metrics-svc is reached; every key of {@code fourfold.metrics.client} is one of Micronaut's HTTP client. */
@ConfigurationProperties("fourfold.metrics.client")
@Requires(property = "fourfold.metrics.url")
public class MetricsClientConfiguration extends HttpClientConfiguration {

    private @Nullable ConnectionPoolConfiguration pool;

    /** The defaults, before the keys are applied. */
    public MetricsClientConfiguration() {
        setConnectTimeout(Duration.ofSeconds(2));
        setReadTimeout(Duration.ofSeconds(10));
    }

    @Override
    public ConnectionPoolConfiguration getConnectionPoolConfiguration() {
        return Objects.requireNonNullElseGet(pool, ConnectionPoolConfiguration::new);
    }
}
