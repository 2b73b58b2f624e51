package dev.fourfold.metadata.registry;

/**
 * A version as stored.
 *
 * @param storageLocation where its files are
 */
public record StoredVersion(ModelVersion version, String storageLocation) {}
