package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.ServiceClientConfiguration;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import java.time.Duration;

/**
 * How metadata-svc is reached; every key of {@code fourfold.metadata.client} is one of Micronaut's HTTP client.
 * metadata-svc itself gives up within 10 seconds, so a longer wait would only hold the caller.
 */
@ConfigurationProperties("fourfold.metadata.client")
@Requires(property = "fourfold.metadata.url")
public class MetadataClientConfiguration extends ServiceClientConfiguration {

    /** A page of 50,000 runs with their data is the largest answer. */
    private static final int MAX_ANSWER_BYTES = 1 << 30;

    /** The defaults, before the keys are applied. */
    public MetadataClientConfiguration() {
        super(Duration.ofSeconds(2), Duration.ofSeconds(10));
        setMaxContentLength(MAX_ANSWER_BYTES);
    }
}
