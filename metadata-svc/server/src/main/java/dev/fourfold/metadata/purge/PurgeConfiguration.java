package dev.fourfold.metadata.purge;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * When runs may be purged.
 *
 * @param grace how long a run must have been deleted; until then it can be restored
 * @param settle how long requests that began before a purge may still write: so long the other stores are not purged
 */
@ConfigurationProperties("fourfold.metadata.purge")
public record PurgeConfiguration(
        @Bindable(defaultValue = "7d") Duration grace,
        @Bindable(defaultValue = "10s") Duration settle) {

    public PurgeConfiguration {
        if (grace.isNegative() || settle.isNegative()) {
            throw new IllegalArgumentException("fourfold.metadata.purge: a time cannot be negative");
        }
    }
}
