package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;

/** A tag of a model version. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelVersionTag(String name, String version, Tag tag) {}
