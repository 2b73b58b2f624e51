package dev.fourfold.cache.redis;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How many hearts are listened to.
 *
 * @param max a run that wants one more is refused
 */
@ConfigurationProperties("fourfold.state.hearts")
record HeartsConfiguration(
        @Bindable(defaultValue = "100000") long max) {}
