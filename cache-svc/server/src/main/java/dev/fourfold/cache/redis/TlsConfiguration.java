package dev.fourfold.cache.redis;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How {@code rediss://} and {@code rediss-sentinel://} are trusted, by files in PEM; an empty name is none.
 *
 * @param ca the authorities that sign the servers' certificates, instead of those that Java trusts
 * @param certificate what we show to a Redis that asks for it
 * @param key the key of that certificate, in PKCS #8 without a password
 */
@ConfigurationProperties("fourfold.redis.tls")
record TlsConfiguration(
        @Bindable(defaultValue = "") String ca,
        @Bindable(defaultValue = "") String certificate,
        @Bindable(defaultValue = "") String key) {

    static final TlsConfiguration NONE = new TlsConfiguration("", "", "");
}
