package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** How many rows were removed. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Removed(int rows) {}
