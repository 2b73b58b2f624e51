package dev.fourfold.cache.redis;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * What the Sentinels themselves ask for; the credentials of Redis stand in the address.
 *
 * @param username of an ACL user; empty for the default one
 * @param password empty where they ask for none
 */
@ConfigurationProperties("fourfold.redis.sentinel")
record SentinelConfiguration(
        @Bindable(defaultValue = "") String username,
        @Bindable(defaultValue = "") String password) {

    static final SentinelConfiguration NONE = new SentinelConfiguration("", "");

    @Override
    public String toString() {
        return "SentinelConfiguration[username=" + username + "]";
    }
}
