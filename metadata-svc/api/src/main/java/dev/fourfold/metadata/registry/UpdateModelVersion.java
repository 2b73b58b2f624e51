package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Replaces the description; null takes it away. */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UpdateModelVersion(
        String name, String version, @Nullable String description) {}
