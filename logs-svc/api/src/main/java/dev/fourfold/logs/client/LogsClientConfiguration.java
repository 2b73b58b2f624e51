package dev.fourfold.logs.client;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.client.HttpClientConfiguration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How logs-svc is reached; every key of {@code fourfold.logs.client} is one of Micronaut's HTTP client. */
@ConfigurationProperties("fourfold.logs.client")
@Requires(property = "fourfold.logs.url")
public class LogsClientConfiguration extends HttpClientConfiguration {

    private @Nullable ConnectionPoolConfiguration pool;

    /** The defaults, before the keys are applied. */
    public LogsClientConfiguration() {
        setConnectTimeout(Duration.ofSeconds(2));
        setReadTimeout(Duration.ofSeconds(10));
    }

    @Override
    public ConnectionPoolConfiguration getConnectionPoolConfiguration() {
        return Objects.requireNonNullElseGet(pool, ConnectionPoolConfiguration::new);
    }
}
