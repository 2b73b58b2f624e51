package dev.fourfold.metadata.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * How a heart is to beat.
 *
 * @param ttlMillis the longest time between two beats
 * @param worker who beats; may be empty
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NewHeart(long ttlMillis, String worker) {}
