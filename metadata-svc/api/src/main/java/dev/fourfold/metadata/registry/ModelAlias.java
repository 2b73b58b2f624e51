package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A name for a version of a model; unique within the model. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelAlias(String alias, long version) {}
