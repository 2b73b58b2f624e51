package dev.fourfold.gateway.heart;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How hearts are watched.
 *
 * @param interval how often each gateway looks for hearts that are silent; one that is not heard of for three times as
 *     long counts as gone, and what was silent meanwhile is given its whole time again
 * @param compare how often one of the gateways compares what Redis listens to with what PostgreSQL has recorded
 */
@ConfigurationProperties("fourfold.hearts")
record HeartConfiguration(
        @Bindable(defaultValue = "1s") Duration interval,
        @Bindable(defaultValue = "1m") Duration compare) {

    HeartConfiguration {
        if (interval.toMillis() < 100 || compare.compareTo(interval) < 0) {
            throw new IllegalArgumentException(
                    "fourfold.hearts: interval is 100ms at least, and compare no shorter than interval");
        }
    }
}
