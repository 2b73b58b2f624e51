package dev.fourfold.metadata.feature;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Lets few changes of a view's rows go to PostgreSQL at once. They take turns there anyway, by the view's lock; those that
 * waited there would each hold a connection, and one busy view would leave none to all other requests.
 */
final class Turns {

    /** One that writes, and one that is there when it ends. */
    private static final int AT_ONCE = 2;

    /** Views that share one by chance wait for each other; a map of all names that were ever asked for would only grow. */
    private static final int STRIPES = 256;

    private final Semaphore[] stripes =
            Stream.generate(() -> new Semaphore(AT_ONCE, true)).limit(STRIPES).toArray(Semaphore[]::new);
    private final Duration longestWait;

    Turns(Duration longestWait) {
        this.longestWait = longestWait;
    }

    /**
     * Changes rows of a view when it is this change's turn.
     *
     * @throws dev.fourfold.contract.ProblemException {@code LimitExceeded} where that takes too long
     */
    <T> T take(String view, Supplier<T> change) {
        Semaphore stripe = stripes[Math.floorMod(view.hashCode(), STRIPES)];
        boolean mine = false;
        try {
            mine = stripe.tryAcquire(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!mine) {
            throw FeatureProblems.busy(view).toException();
        }
        try {
            return change.get();
        } finally {
            stripe.release();
        }
    }
}
