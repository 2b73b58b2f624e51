package dev.fourfold.gateway.answers;

/**
 * How many answers this gateway gave from the cache and how many it had to ask the services for, since its start.
 *
 * @param hits given as they were kept
 * @param misses not kept, or not to be used just then: being changed, or the cache away
 */
public record CacheCounts(long hits, long misses) {

    /** The part of all that were hits; 0 before the first. */
    public double ratio() {
        long all = hits + misses;
        return all == 0 ? 0 : (double) hits / all;
    }
}
