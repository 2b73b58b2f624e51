package dev.fourfold.metadata.registry;

import org.jspecify.annotations.Nullable;

/**
 * Where a version comes from, found out and checked.
 *
 * @param source as the caller gave it, an alias or stage in it replaced by the version it named
 * @param storageLocation where the files are
 * @param runId empty where no run is known
 * @param loggedModelId the logged model that is to tell of the version, or null
 */
public record VersionOrigin(
        String source,
        String storageLocation,
        String runId,
        @Nullable String loggedModelId) {}
