package dev.fourfold.gateway.answers;

import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationOperations;

/** A generation that never ends. */
record OneGeneration() implements CacheGenerationOperations {

    private static final CacheGeneration ONE = new CacheGeneration(1, true, "redis");

    @Override
    public CacheGeneration read() {
        return ONE;
    }

    @Override
    public CacheGeneration advance(long seenNumber, String incarnation) {
        return ONE;
    }

    @Override
    public CacheGeneration switchOff() {
        return ONE;
    }
}
