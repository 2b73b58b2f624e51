package dev.fourfold.metadata.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A heart that began.
 *
 * @param number greater than any before
 * @param silentSinceMillis since when the run was silent, where it had been marked and runs again; else null
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record BegunHeart(long number, @Nullable Long silentSinceMillis) {}
