package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What became of a beat.
 *
 * @param incarnation the start of Redis that heard it
 * @param atMillis when, by its clock
 * @param number of the heart that beat; null where the heart must begin first, and nothing was recorded
 * @param confirm whether it is time to ask whether the run still has this heart
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Beaten(
        String incarnation, long atMillis, @Nullable Long number, boolean confirm) {}
