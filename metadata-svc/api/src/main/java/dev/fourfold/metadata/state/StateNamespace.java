package dev.fourfold.metadata.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A namespace as it is.
 *
 * @param defined false: it has the limits that the service is configured with
 * @param version grows with each change of its limits
 * @param lastToken the last token of the newest block that was reserved for it, or null before the first
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record StateNamespace(
        String name,
        boolean defined,
        long maxKeys,
        long maxValueBytes,
        WhenFull whenFull,
        long maxLeaseMillis,
        long version,
        @Nullable Long lastToken) {}
