package dev.fourfold.cache.redis;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Where the Redis of training state is, and how long to wait for it.
 *
 * @param url as {@link RedisConfiguration#url}; empty for the cache's
 * @param budget a command that takes longer has an unknown outcome
 * @param failoverMargin for how long a primary that Sentinels have replaced may go on granting leases to those who are still
 *     connected to it; not less than its {@code min-replicas-max-lag}. Of no account without Sentinel
 */
@ConfigurationProperties("fourfold.state.redis")
record StateRedisConfiguration(
        @Bindable(defaultValue = "") String url,
        @Bindable(defaultValue = "1s") Duration budget,
        @Bindable(defaultValue = "10s") Duration failoverMargin) {

    StateRedisConfiguration {
        if (failoverMargin.isNegative()) {
            throw new IllegalArgumentException("fourfold.state.redis.failover-margin is negative");
        }
    }

    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "StateRedisConfiguration[budget=" + budget + ", failoverMargin=" + failoverMargin + "]";
    }
}
