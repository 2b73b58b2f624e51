package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** An item to be done; its id is its own in the list. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NewItem(String id, String value) {}
