package dev.fourfold.cache.redis;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Where the Redis of training state is, and how long to wait for it.
 *
 * @param url as {@link RedisConfiguration#url}; empty for the cache's
 * @param budget a command that takes longer has an unknown outcome
 */
@ConfigurationProperties("fourfold.state.redis")
record StateRedisConfiguration(
        @Bindable(defaultValue = "") String url,
        @Bindable(defaultValue = "1s") Duration budget) {

    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "StateRedisConfiguration[budget=" + budget + "]";
    }
}
