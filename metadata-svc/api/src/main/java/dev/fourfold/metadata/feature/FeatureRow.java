package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * The values of an entity.
 *
 * @param values a JSON array without spaces around its elements: the value of each field at the field's number, null
 *     where there is none; it may end before a field's number
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FeatureRow(String entity, long eventTimeMillis, String values) {}
