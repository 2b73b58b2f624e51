package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** An item that is still held, and for how long, counted from before the request was sent. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RenewedItem(String id, long remainingMillis) {}
