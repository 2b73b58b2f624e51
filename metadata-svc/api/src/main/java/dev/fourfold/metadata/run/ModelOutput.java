package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A logged model that a run made, at a step. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelOutput(String modelId, long step) {}
