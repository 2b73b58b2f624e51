package dev.fourfold.cache.client;

import dev.fourfold.contract.http.ServiceClientConfiguration;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import java.time.Duration;

/** How training state in a cache-svc elsewhere is reached; every key is one of Micronaut's HTTP client. */
@ConfigurationProperties("fourfold.cache.client")
@Requires(property = "fourfold.cache.url")
public class StateClientConfiguration extends ServiceClientConfiguration {

    /** The defaults, before the keys are applied: cache-svc itself waits about a second for Redis. */
    public StateClientConfiguration() {
        super(Duration.ofSeconds(1), Duration.ofSeconds(4));
    }
}
