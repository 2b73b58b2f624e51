package dev.fourfold.metrics.move;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How points are moved.
 *
 * @param pointsPerSecond at most so many are copied, or compared, in a second
 */
@ConfigurationProperties("fourfold.metrics.move")
record MoveConfiguration(@Bindable(defaultValue = "50000") long pointsPerSecond) {

    MoveConfiguration {
        if (pointsPerSecond < 1) {
            throw new IllegalArgumentException("fourfold.metrics.move.points-per-second is at least 1");
        }
    }
}
