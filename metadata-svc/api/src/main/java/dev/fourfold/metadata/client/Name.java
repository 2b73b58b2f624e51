package dev.fourfold.metadata.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A name of any length and any characters, which therefore travels in a body. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Name(String name) {}
