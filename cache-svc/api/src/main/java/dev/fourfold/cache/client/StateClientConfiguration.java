package dev.fourfold.cache.client;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.client.HttpClientConfiguration;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How training state in a cache-svc elsewhere is reached; every key is one of Micronaut's HTTP client. */
@ConfigurationProperties("fourfold.cache.client")
@Requires(property = "fourfold.cache.url")
public class StateClientConfiguration extends HttpClientConfiguration {

    private @Nullable ConnectionPoolConfiguration pool;

    /** The defaults, before the keys are applied: cache-svc itself waits about a second for Redis. */
    public StateClientConfiguration() {
        setConnectTimeout(Duration.ofSeconds(1));
        setReadTimeout(Duration.ofSeconds(4));
    }

    @Override
    public ConnectionPoolConfiguration getConnectionPoolConfiguration() {
        return Objects.requireNonNullElseGet(pool, ConnectionPoolConfiguration::new);
    }
}
