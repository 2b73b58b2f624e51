package dev.fourfold.metadata.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** A JSON object for the history of models, which travels as a text in a body. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelEntry(String json) {}
