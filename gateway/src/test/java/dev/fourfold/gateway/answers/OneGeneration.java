package dev.fourfold.gateway.answers;

import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationOperations;
import java.util.concurrent.atomic.AtomicInteger;

/** A generation that never ends, however often somebody switches it off. */
final class OneGeneration implements CacheGenerationOperations {

    private static final CacheGeneration ONE = new CacheGeneration(1, true, "redis");

    private final AtomicInteger switchedOff = new AtomicInteger();

    /** How often somebody did. */
    int switchedOff() {
        return switchedOff.get();
    }

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
        switchedOff.incrementAndGet();
        return ONE;
    }
}
