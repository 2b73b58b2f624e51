package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Replaces the description. */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UpdateRegisteredModel(String name, @Nullable String description) {}
