package dev.fourfold.metadata.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * One key of an order of logged models.
 *
 * @param fieldName an attribute, or {@code metrics.<key>}
 * @param datasetName only metrics measured on it count; null: all
 * @param datasetDigest only metrics measured on it count; null: all
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelOrder(
        String fieldName,
        boolean ascending,
        @Nullable String datasetName,
        @Nullable String datasetDigest) {}
