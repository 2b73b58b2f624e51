package dev.fourfold.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A file or a directory.
 *
 * @param name the last segment of its path
 * @param size in bytes; 0 for a directory
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ArtifactEntry(String name, boolean directory, long size) {}
