package dev.fourfold.metadata.feature;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Limits of feature views that set none themselves, and when expired rows go.
 *
 * @param maxRows the most rows of a view
 * @param maxBytes the most bytes of keys and values of a view
 * @param sweepEvery how often expired rows are looked for
 * @param sweepGrace how long a row must have been expired: longer than clocks of gateways differ
 */
@ConfigurationProperties("fourfold.metadata.features")
public record FeatureConfiguration(
        @Bindable(defaultValue = "1000000") long maxRows,
        @Bindable(defaultValue = "1073741824") long maxBytes,
        @Bindable(defaultValue = "30s") Duration sweepEvery,
        @Bindable(defaultValue = "1m") Duration sweepGrace) {

    public FeatureConfiguration {
        if (maxRows < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("fourfold.metadata.features: a limit is at least 1");
        }
        if (sweepEvery.isNegative() || sweepEvery.isZero() || sweepGrace.isNegative()) {
            throw new IllegalArgumentException("fourfold.metadata.features: a time cannot be negative");
        }
    }
}
