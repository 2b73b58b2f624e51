package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A field of a view.
 *
 * @param number its place in the values of a row, never given to another field of the view
 * @param maxLength the most elements of an array of that type; null for a single value
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record FeatureField(
        int number, String name, FeatureType type, @Nullable Integer maxLength) {}
