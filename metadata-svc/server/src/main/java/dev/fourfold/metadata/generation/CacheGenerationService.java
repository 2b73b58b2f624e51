package dev.fourfold.metadata.generation;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;

/** The generation of cached answers. */
@Singleton
@ServesMetadata
final class CacheGenerationService implements CacheGenerationOperations {

    private static final int MAX_INCARNATION_LENGTH = 250;

    private final CacheGenerationStore store;

    CacheGenerationService(CacheGenerationStore store) {
        this.store = store;
    }

    @Override
    public CacheGeneration read() {
        return store.read();
    }

    @Override
    public CacheGeneration advance(long seenNumber, String incarnation) {
        Texts.atMost(MAX_INCARNATION_LENGTH, "incarnation", Texts.required("incarnation", incarnation));
        return store.advance(seenNumber, incarnation);
    }

    @Override
    public CacheGeneration switchOff() {
        return store.switchOff();
    }
}
