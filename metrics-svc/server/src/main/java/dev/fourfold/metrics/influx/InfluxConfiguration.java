package dev.fourfold.metrics.influx;

import dev.fourfold.contract.tls.TrustedAuthorities;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where InfluxDB is. With a token it is a 2.x, whose bucket and its mapping (DBRP) are made where they are missing and
 * the token allows it; without, a 1.8, whose database is made when it is missing.
 *
 * @param url its HTTP address, without a path
 * @param token 2.x: an API token that may read and write the bucket
 * @param org 2.x: the organisation
 * @param bucket 2.x: the bucket; where it is absent, one of the database's name. Those of classes are beside it
 * @param database the database that InfluxQL reads from; on a 2.x the name that the buckets are mapped to
 * @param retentionPolicy the policy that points are written to; made with the database, infinite
 * @param shardDuration how much time one shard spans; long, so that scattered timestamps make few shards
 * @param username 1.8 with authentication
 * @param password 1.8 with authentication
 * @param timeout how long one request may take
 * @param maxNames how many fields an experiment's wide rows may have; later names go to the side measurement
 * @param tlsCa with {@code https}: a file in PEM, who signs its certificate; where absent, those that Java trusts
 */
@ConfigurationProperties("fourfold.influx")
record InfluxConfiguration(
        @Bindable(defaultValue = "http://127.0.0.1:8086") String url,
        @Nullable String token,
        @Nullable String org,
        @Nullable String bucket,
        @Bindable(defaultValue = "fourfold") String database,
        @Bindable(defaultValue = "autogen") String retentionPolicy,
        @Bindable(defaultValue = "520w") String shardDuration,
        @Nullable String username,
        @Nullable String password,
        @Bindable(defaultValue = "10s") Duration timeout,
        @Bindable(defaultValue = "4000") int maxNames,
        @Nullable String tlsCa) {

    InfluxConfiguration {
        if (!url.startsWith("http://") && !url.startsWith("https://")) {
            throw new IllegalArgumentException("fourfold.influx.url begins with http:// or https://: " + url);
        }
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        // An environment variable that is set to nothing means that there is none.
        token = blankToNull(token);
        org = blankToNull(org);
        bucket = blankToNull(bucket);
        username = blankToNull(username);
        password = blankToNull(password);
        if (!shardDuration.matches("[1-9][0-9]{0,5}[hdw]")) {
            throw new IllegalArgumentException(
                    "fourfold.influx.shard-duration is a number and h, d or w: " + shardDuration);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("fourfold.influx.timeout is more than nothing");
        }
        if (maxNames < 0) {
            throw new IllegalArgumentException("fourfold.influx.max-names is not negative");
        }
    }

    /** Whether this is a 2.x, by what was configured. */
    boolean version2() {
        return token != null;
    }

    /** What points of a policy are written to: on a 2.x the bucket, or the one of the class beside it. */
    String writeBucket(Policy policy) {
        if (!version2()) {
            return database + "/" + policy.name();
        }
        String main = bucket == null ? database : bucket;
        return policy.name().equals(retentionPolicy) ? main : main + "_" + policy.name();
    }

    /** The organisation as the driver must have one. */
    String writeOrg() {
        return org == null ? "-" : org;
    }

    /** What InfluxDB reads as a token: on 1.8 that is user and password. */
    @Nullable
    String writeToken() {
        if (token != null) {
            return token;
        }
        return username == null ? null : username + ":" + (password == null ? "" : password);
    }

    /** Whom https is trusted by; empty for Java's own. */
    Optional<TrustedAuthorities> authorities() {
        return TrustedAuthorities.in("fourfold.influx.tls-ca", tlsCa);
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
