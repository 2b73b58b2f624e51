package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A field as it is defined.
 *
 * @param maxLength the most elements of an array of that type; null for a single value
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NewField(
        String name, FeatureType type, @Nullable Integer maxLength) {}
