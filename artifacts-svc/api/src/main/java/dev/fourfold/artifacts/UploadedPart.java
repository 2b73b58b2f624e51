package dev.fourfold.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A part of a file that the store has taken.
 *
 * @param number from 1
 * @param tag the {@code ETag} that the store answered with
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record UploadedPart(int number, String tag) {}
