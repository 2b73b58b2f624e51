package dev.fourfold.metadata.generation;

/** Reads and moves on the generation of cached answers; every change is a compare-and-set on the number. */
public interface CacheGenerationOperations {

    /** The row as committed now. */
    CacheGeneration read();

    /**
     * Starts a new generation for another start of Redis and switches the cache on, if the row still has the number
     * that the caller saw; otherwise changes nothing. Answers the row as it is then.
     */
    CacheGeneration advance(long seenNumber, String incarnation);

    /** Switches the cache off with a new number, unless it is off already. Answers the row as it is then. */
    CacheGeneration switchOff();
}
