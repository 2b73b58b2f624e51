package dev.fourfold.metrics.client;

import dev.fourfold.contract.http.ServiceClientConfiguration;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import java.time.Duration;

/** How metrics-svc is reached; every key of {@code fourfold.metrics.client} is one of Micronaut's HTTP client. */
@ConfigurationProperties("fourfold.metrics.client")
@Requires(property = "fourfold.metrics.url")
public class MetricsClientConfiguration extends ServiceClientConfiguration {

    /** The defaults, before the keys are applied. */
    public MetricsClientConfiguration() {
        super(Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
}
