package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * An item that a worker may do.
 *
 * @param token greater than every one under which the item was given before
 * @param remainingMillis for how long it is the worker's alone, counted from before the request was sent
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TakenItem(String id, String value, long token, long remainingMillis) {}
