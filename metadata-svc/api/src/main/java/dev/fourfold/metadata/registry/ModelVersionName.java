package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Names a version of a model.
 *
 * @param version digits, as the caller wrote them
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ModelVersionName(String name, String version) {}
