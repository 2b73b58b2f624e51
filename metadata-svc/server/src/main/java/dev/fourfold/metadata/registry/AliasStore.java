package dev.fourfold.metadata.registry;

import java.util.Optional;

/** Keeps names for versions; otherwise as {@link ModelVersionStore}. */
public interface AliasStore {

    /** The version that the alias names; {@code NotFound} where there is no such model. */
    Optional<StoredVersion> find(String name, String alias);

    /**
     * Sets or moves the alias, and records that as a promotion unless it names the version already; {@code NotFound} where
     * there is no such version.
     */
    void set(String name, String alias, long version, long nowMillis);

    /** Removes the alias, where it is there; {@code NotFound} where there is no such model. */
    void delete(String name, String alias);
}
