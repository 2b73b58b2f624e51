package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A heart that began.
 *
 * @param incarnation as the beat before was answered
 * @param askedMillis as the beat before was answered: after that it began
 * @param number greater than any before
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record StartHeart(String incarnation, long askedMillis, long number, long ttlMillis, String worker) {}
