package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Names a tag of a model version. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelVersionTagKey(String name, String version, String key) {}
