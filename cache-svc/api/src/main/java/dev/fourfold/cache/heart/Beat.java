package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A beat.
 *
 * @param ttlMillis the longest time until the next
 * @param worker who beats; may be empty
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Beat(long ttlMillis, String worker) {}
