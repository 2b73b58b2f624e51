package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What names a version of a model to MLflow's clients.
 *
 * @param uri {@code models:/name/7}, {@code models:/name/latest}, {@code models:/name/Production} or {@code
 *     models:/name@alias}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelAddress(String uri) {}
