package dev.fourfold.gateway.state;

import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
import dev.fourfold.cache.state.BarrierOperations;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Waits at barriers by arriving again and again, which also tells a Redis that forgot who is waiting. */
@Singleton
public final class Barriers {

    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private final BarrierOperations barriers;
    private final Grounds grounds;

    Barriers(BarrierOperations barriers, Grounds grounds) {
        this.barriers = barriers;
        this.grounds = grounds;
    }

    /** Arrives, and answers when the generation is open or the wait is over. Nothing is held but the caller's thread. */
    public Barrier arrive(String namespace, String name, Arrival arrival, Duration wait) {
        long begin = System.nanoTime();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            Barrier barrier = grounds.on(namespace, () -> barriers.arrive(namespace, name, arrival));
            long left = wait.minusNanos(System.nanoTime() - begin).toMillis();
            if (barrier.open() || left <= 0) {
                return barrier;
            }
            try {
                Thread.sleep(Math.min(pause, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return barrier;
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }
}
