package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** Names an alias of a registered model. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record AliasName(String name, String alias) {}
