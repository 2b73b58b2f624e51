package dev.fourfold.metadata.generation;

/** Keeps the one row; every method is atomic. */
public interface CacheGenerationStore {

    /** The row as committed now. */
    CacheGeneration read();

    /** Changes the row where it has the number; answers it as it is then. */
    CacheGeneration advance(long seenNumber, String incarnation);

    /** Changes the row where it is enabled; answers it as it is then. */
    CacheGeneration switchOff();
}
