package dev.fourfold.metadata.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A namespace as it is to be; what is null is as the service is configured.
 *
 * @param maxKeys the most keys, leases and counters
 * @param maxValueBytes the most bytes of one value
 * @param maxLeaseMillis for how long a lease may be asked for at once
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DefineNamespace(
        String name,
        @Nullable Long maxKeys,
        @Nullable Long maxValueBytes,
        @Nullable WhenFull whenFull,
        @Nullable Long maxLeaseMillis) {}
