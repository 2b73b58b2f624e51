package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Gives a model, with all that belongs to it, another name. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RenameRegisteredModel(String name, String newName) {}
