package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A value that is to be set.
 *
 * @param ttlMillis for how long it is kept, or null for ever
 * @param version the version that it is to replace, 0 for none; null for any
 * @param requestId makes a repeat known, so that it changes nothing; null where none is expected
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SetValue(
        String value,
        @Nullable Long ttlMillis,
        @Nullable Long version,
        @Nullable String requestId) {}
