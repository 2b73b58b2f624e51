package dev.fourfold.metadata.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A version that an address names, with its aliases.
 *
 * @param artifactUri where its files are, as {@link ModelVersionOperations#downloadUri} says
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ResolvedVersion(ModelVersion version, String artifactUri) {}
