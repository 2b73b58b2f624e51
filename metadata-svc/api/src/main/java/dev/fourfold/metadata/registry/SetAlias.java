package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Makes an alias name a version, whatever it named before. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SetAlias(String name, String alias, String version) {}
