package dev.fourfold.metadata.access;

/** Keeps random keys that all processes share; {@code Unavailable} where the store is away. */
public interface PlatformKeyStore {

    /** The key of this name: the candidate where there was none, for ever after. */
    byte[] keep(String name, byte[] candidate);
}
