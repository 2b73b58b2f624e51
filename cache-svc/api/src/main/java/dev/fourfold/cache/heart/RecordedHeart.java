package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A heart that Redis may have forgotten. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RecordedHeart(String runId, long number, long ttlMillis, String worker) {}
