package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A param: written once, then only repeated with the same value. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Param(String key, String value) {}
