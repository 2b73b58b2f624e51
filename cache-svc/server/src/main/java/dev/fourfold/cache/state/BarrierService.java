package dev.fourfold.cache.state;

import jakarta.inject.Singleton;
import java.time.Duration;

/** Barriers, by the rules of names, workers and numbers. */
@Singleton
final class BarrierService implements BarrierOperations {

    private static final long MOST_PARTIES = 10_000;

    /** Redis counts exactly up to 2^53. */
    private static final long LAST_GENERATION = 1_000_000_000_000L;

    private static final Duration KEPT = Duration.ofDays(1);

    private final BarrierStore store;

    BarrierService(BarrierStore store) {
        this.store = store;
    }

    @Override
    public Founded<Barrier> arrive(String namespace, String name, Arrival arrival) {
        StateRules.checkName(namespace, name);
        StateRules.checkHolder("worker", arrival.worker());
        check("parties", arrival.parties(), MOST_PARTIES);
        check("generation", arrival.generation(), LAST_GENERATION);
        return store.arrive(namespace, name, arrival, KEPT);
    }

    @Override
    public Founded<Barrier> read(String namespace, String name) {
        StateRules.checkName(namespace, name);
        return store.read(namespace, name);
    }

    private static void check(String what, long number, long most) {
        if (number < 1 || number > most) {
            throw StateRules.invalid("'" + what + "' is a whole number from 1 to " + most + ", not " + number + ".");
        }
    }
}
