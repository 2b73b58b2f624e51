package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Names a tag of a registered model. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelTagKey(String name, String key) {}
