package dev.fourfold.journal;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** A caller waiting for its record. */
final class Slot {
    static final long WAITING = 0;
    static final long FAILED = -1;

    final String key;
    final byte[] payload;
    final long weight;
    private final Thread waiter = Thread.currentThread();
    private volatile long outcome = WAITING;

    /** Known to the writer alone until it is durable. */
    long sequence;

    /** Known to the writer alone. */
    Instant appendedAt = Instant.EPOCH;

    Slot(String key, byte[] payload) {
        this.key = key;
        this.payload = payload;
        this.weight = RecordLog.weight(key, payload.length);
    }

    void settle(long result) {
        outcome = result;
        LockSupport.unpark(waiter);
    }

    /** The record's sequence, {@link #FAILED}, or {@link #WAITING} when the time is over. */
    long await(long nanos) {
        var deadline = System.nanoTime() + nanos;
        var interrupted = false;
        while (outcome == WAITING) {
            var left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return outcome;
    }
}
