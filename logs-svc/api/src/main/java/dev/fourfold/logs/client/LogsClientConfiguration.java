package dev.fourfold.logs.client;

import dev.fourfold.contract.http.ServiceClientConfiguration;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import java.time.Duration;

/** How logs-svc is reached; every key of {@code fourfold.logs.client} is one of Micronaut's HTTP client. */
@ConfigurationProperties("fourfold.logs.client")
@Requires(property = "fourfold.logs.url")
public class LogsClientConfiguration extends ServiceClientConfiguration {

    /** The defaults, before the keys are applied. */
    public LogsClientConfiguration() {
        super(Duration.ofSeconds(2), Duration.ofSeconds(10));
    }
}
