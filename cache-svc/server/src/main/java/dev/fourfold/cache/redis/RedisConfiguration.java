package dev.fourfold.cache.redis;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Where the cache's Redis is, and how long to wait for it.
 *
 * @param url {@code redis://[:password@]host:port[/db]}, {@code rediss://} for TLS, {@code redis-sentinel://}
 * @param readBudget a lookup or fill that takes longer is a bypass
 * @param writeBudget a mark or settle that takes longer has failed
 */
@ConfigurationProperties("fourfold.redis")
record RedisConfiguration(
        @Bindable(defaultValue = "redis://127.0.0.1:6379") String url,

        @Bindable(defaultValue = "50ms") Duration readBudget,
        @Bindable(defaultValue = "250ms") Duration writeBudget) {

    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
        return "RedisConfiguration[readBudget=" + readBudget + ", writeBudget=" + writeBudget + "]";
    }
}
