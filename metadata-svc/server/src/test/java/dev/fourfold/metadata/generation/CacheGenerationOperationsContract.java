package dev.fourfold.metadata.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What {@link CacheGenerationOperations} promise, for every way to reach them. */
public abstract class CacheGenerationOperationsContract {

    /** The operations under test. */
    protected abstract CacheGenerationOperations generation();

    @Test
    void advance_countsAndSwitchesOn_whereTheNumberIsStillSeen() {
        var seen = generation().read();
        var next = generation().advance(seen.number(), "redis-a");
        assertThat(next).isEqualTo(new CacheGeneration(seen.number() + 1, true, "redis-a"));
        assertThat(generation().read()).isEqualTo(next);
        assertThat(generation().advance(seen.number(), "redis-b")).isEqualTo(next);
        assertThat(generation().read()).isEqualTo(next);
    }

    @Test
    void switchOff_countsOnce() {
        var on = generation().advance(generation().read().number(), "redis-c");
        var off = generation().switchOff();
        assertThat(off).isEqualTo(new CacheGeneration(on.number() + 1, false, "redis-c"));
        assertThat(generation().switchOff()).isEqualTo(off);
        assertThat(generation().read()).isEqualTo(off);
    }

    @Test
    void manyWhoSawTheSame_advanceOnce() throws Exception {
        var seen = generation().read();
        Callable<CacheGeneration> call = () -> generation().advance(seen.number(), "redis-d");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new HashSet<CacheGeneration>();
            for (var future : threads.invokeAll(Collections.nCopies(10, call))) {
                answers.add(future.get());
            }
            assertThat(answers).containsExactly(new CacheGeneration(seen.number() + 1, true, "redis-d"));
        }
    }
}
