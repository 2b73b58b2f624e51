package dev.fourfold.metadata;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A tag of an experiment, a run or any other thing; keys are unique within the thing. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Tag(String key, String value) {}
