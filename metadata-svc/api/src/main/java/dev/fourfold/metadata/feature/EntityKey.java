package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What rows are found by.
 *
 * @param type {@code STRING} or {@code INT64}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record EntityKey(String name, FeatureType type) {}
