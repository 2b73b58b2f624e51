package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The new values of an entity: all of them, as fields that are not named become null.
 *
 * @param eventTimeMillis when they were true; null for now
 * @param values a JSON object, by the names of fields
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PushedRow(String entity, @Nullable Long eventTimeMillis, String values) {}
