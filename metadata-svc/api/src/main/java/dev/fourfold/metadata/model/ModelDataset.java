package dev.fourfold.metadata.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A dataset that metrics of models were measured on, as searches name it.
 *
 * @param digest null: metrics without a digest, as MLflow has it
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelDataset(String name, @Nullable String digest) {}
