package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A value as it is.
 *
 * @param version greater than every one before in the namespace, whatever Redis forgot: it never comes back for another value
 * @param remainingMillis for how long it is still kept, or null for ever
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record StoredValue(
        String value, long version, @Nullable Long remainingMillis) {}
