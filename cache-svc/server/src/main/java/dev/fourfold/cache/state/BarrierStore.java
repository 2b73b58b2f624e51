package dev.fourfold.cache.state;

import java.time.Duration;

/** Keeps barriers, by the store's own clock; as {@link GroundStore} in all else. */
public interface BarrierStore {

    /** Counts the worker once for the generation; the barrier is kept for so long after. */
    Founded<Barrier> arrive(String namespace, String name, Arrival arrival, Duration kept);

    /** The current generation. */
    Founded<Barrier> read(String namespace, String name);
}
