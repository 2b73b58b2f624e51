package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A heart by its number. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record HeartNumber(String runId, long number) {}
