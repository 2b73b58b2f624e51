package dev.fourfold.cache.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.micronaut.context.exceptions.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Where a Redis is, or the Sentinels that know it, and how to get in. */
final class RedisAddress {

    private static final char[] NO_PASSWORD = {};

    private final RedisURI uri;
    private final SslOptions ssl;

    private RedisAddress(RedisURI uri, SslOptions ssl) {
        this.uri = uri;
        this.ssl = ssl;
    }

    /**
     * Reads an address.
     *
     * @param url {@code redis://}, {@code rediss://}, {@code redis-sentinel://} or {@code rediss-sentinel://}
     * @param limit how long to wait for a connection and for a handshake
     */
    static RedisAddress of(String url, TlsConfiguration tls, SentinelConfiguration sentinel, Duration limit) {
        RedisURI uri;
        try {
            uri = RedisURI.create(url);
        } catch (IllegalArgumentException e) {
            // Neither the address nor the cause, which quotes it: there may be a password in it.
            throw new ConfigurationException(
                    "The address of Redis is not of the form redis://[user:password@]host:port,"
                            + " or redis-sentinel://[user:password@]host:port,host:port#name-of-the-primary");
        }
        uri.setTimeout(limit);
        for (RedisURI one : uri.getSentinels()) {
            one.applySsl(uri);
            one.setTimeout(limit);
            if (!sentinel.username().isEmpty()) {
                one.setUsername(sentinel.username());
            }
            if (!sentinel.password().isEmpty()) {
                one.setPassword((CharSequence) sentinel.password());
            }
        }
        return new RedisAddress(uri, ssl(tls, limit));
    }

    private static SslOptions ssl(TlsConfiguration tls, Duration limit) {
        var ssl = SslOptions.builder().jdkSslProvider().handshakeTimeout(limit);
        if (!tls.ca().isEmpty()) {
            ssl.trustManager(readable("fourfold.redis.tls.ca", tls.ca()).toFile());
        }
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            throw new ConfigurationException(
                    "fourfold.redis.tls.certificate and fourfold.redis.tls.key belong together: one of them is missing.");
        }
        if (!tls.key().isEmpty()) {
            ssl.keyManager(
                    readable("fourfold.redis.tls.certificate", tls.certificate())
                            .toFile(),
                    readable("fourfold.redis.tls.key", tls.key()).toFile(),
                    NO_PASSWORD);
        }
        return ssl.build();
    }

    private static Path readable(String setting, String file) {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new ConfigurationException(setting + ": there is no file that can be read at " + path);
        }
        return path;
    }

    SslOptions ssl() {
        return ssl;
    }

    /** Those who know where the primary is; empty where the address names it. */
    List<RedisURI> sentinels() {
        return uri.getSentinels();
    }

    /** What the Sentinels call the primary. */
    String primaryName() {
        return String.valueOf(uri.getSentinelMasterId());
    }

    /** The server that the address names. */
    RedisURI named() {
        return uri;
    }

    /** A server that a Sentinel named, with everything else as the address says. */
    RedisURI at(String host, int port) {
        RedisURI one = RedisURI.create(host, port);
        one.applyAuthentication(uri);
        one.applySsl(uri);
        one.setDatabase(uri.getDatabase());
        one.setTimeout(uri.getTimeout());
        return one;
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return sentinels().isEmpty()
                ? uri.getHost() + ":" + uri.getPort()
                : sentinels().stream()
                        .map(one -> one.getHost() + ":" + one.getPort())
                        .collect(Collectors.joining(",", "sentinels ", "#" + primaryName()));
    }
}
