package dev.fourfold.metadata.postgres;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where searches may be answered besides the primary.
 *
 * @param urls JDBC addresses with commas between; empty for none
 * @param maxLag a replica that is further behind is not asked
 * @param patience how long a search waits for a replica to replay what was written before it
 */
@ConfigurationProperties("fourfold.postgres.read")
public record ReplicaConfiguration(
        @Bindable(defaultValue = "") String urls,
        @Bindable(defaultValue = "1s") Duration maxLag,
        @Bindable(defaultValue = "20ms") Duration patience) {

    private static final String SCHEME = "jdbc:postgresql:";

    /** An address may hold commas itself, between several hosts. */
    private static final Pattern BETWEEN = Pattern.compile("[,\\s]+(?=" + SCHEME + ")");

    public ReplicaConfiguration {
        if (maxLag.isNegative() || patience.isNegative()) {
            throw new IllegalArgumentException(
                    "FOURFOLD_POSTGRES_READ_MAX_LAG, FOURFOLD_POSTGRES_READ_PATIENCE: a time is not negative");
        }
        for (String address : addresses(urls)) {
            if (!address.startsWith(SCHEME)) {
                throw new IllegalArgumentException("FOURFOLD_POSTGRES_READ_URLS: an address begins with " + SCHEME);
            }
        }
    }

    /** One by one. */
    public List<String> addresses() {
        return addresses(urls);
    }

    private static List<String> addresses(String urls) {
        return urls.isBlank() ? List.of() : List.of(BETWEEN.split(urls.strip()));
    }
}
