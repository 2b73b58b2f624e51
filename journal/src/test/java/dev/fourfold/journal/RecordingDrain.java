package dev.fourfold.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A store in memory that can be away, slow or forgetful. */
final class RecordingDrain implements Drain {
    private final List<Entry> applied = new ArrayList<>();
    private @Nullable Exception refusal;
    private @Nullable Semaphore gate;
    private int calls;

    @Override
    public void apply(List<Entry> batch) throws Exception {
        Semaphore wait;
        synchronized (this) {
            calls++;
            wait = gate;
            if (refusal != null) {
                throw refusal;
            }
        }
        if (wait != null) {
            wait.acquire();
        }
        synchronized (this) {
            applied.addAll(batch);
        }
    }

    synchronized void refuse(@Nullable Exception exception) {
        refusal = exception;
    }

    /** From now on every batch waits for a permit. */
    synchronized Semaphore gate() {
        gate = new Semaphore(0);
        return gate;
    }

    synchronized List<Entry> applied() {
        return List.copyOf(applied);
    }

    synchronized List<Long> sequences() {
        return applied.stream().map(Entry::sequence).toList();
    }

    synchronized int calls() {
        return calls;
    }
}
