package dev.fourfold.metrics.move;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Keeps background work to so many points a second, so that what people wait for goes first. */
final class Pace {

    private final long pointsPerSecond;
    private long nextNanos = System.nanoTime();

    Pace(long pointsPerSecond) {
        this.pointsPerSecond = pointsPerSecond;
    }

    /** Waits until so many points more are due; pauses before do not count for anything. */
    void spend(long points) {
        long now = System.nanoTime();
        nextNanos = Math.max(nextNanos, now) + Duration.ofSeconds(1).toNanos() * Math.max(1, points) / pointsPerSecond;
        while (System.nanoTime() < nextNanos && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(nextNanos - System.nanoTime());
        }
    }
}
