package dev.fourfold.cache.state;

/**
 * Barriers: all workers wait until each has come. A generation opens when as many different workers have arrived as there are
 * parties, and the next begins. An arrival says which generation it is for, so repeating one never counts for another. An
 * arrival for a generation after the current one says that the current one has opened, which Redis forgot: then it is open. A
 * barrier that nobody came to for a day is forgotten.
 */
public interface BarrierOperations {

    /**
     * Arrives, and answers the generation that was arrived for.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidState} where the barrier has another number of parties;
     *     {@code LimitExceeded} in a full namespace; {@code InvalidArgument}
     */
    Founded<Barrier> arrive(String namespace, String name, Arrival arrival);

    /** The current generation; {@code NotFound} where nobody came. */
    Founded<Barrier> read(String namespace, String name);
}
