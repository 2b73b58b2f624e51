package dev.fourfold.metadata.state;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Limits of namespaces of training state that set none themselves.
 *
 * @param maxNamespaces the most namespaces
 * @param maxKeys the most keys, leases and counters of a namespace
 * @param maxValueBytes the most bytes of one value
 * @param maxLease for how long a lease may be asked for at once; so long none is granted after Redis was started again
 */
@ConfigurationProperties("fourfold.metadata.state")
public record StateConfiguration(
        @Bindable(defaultValue = "10000") long maxNamespaces,
        @Bindable(defaultValue = "10000") long maxKeys,
        @Bindable(defaultValue = "65536") long maxValueBytes,
        @Bindable(defaultValue = "30s") Duration maxLease) {

    public StateConfiguration {
        if (maxNamespaces < 1
                || maxKeys < 1
                || maxKeys > NamespaceRules.MOST_KEYS
                || maxValueBytes < 1
                || maxValueBytes > NamespaceRules.MOST_VALUE_BYTES
                || maxLease.toMillis() < NamespaceRules.SHORTEST_LEASE_MILLIS
                || maxLease.toMillis() > NamespaceRules.LONGEST_LEASE_MILLIS) {
            throw new IllegalArgumentException("fourfold.metadata.state: a limit is out of its bounds");
        }
    }
}
