package dev.fourfold.gateway.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which readers share a load: those that asked before it began, and nobody else. */
class SharedLoadsTest {

    private static final int READERS = 16;

    private final Kept kept = new Kept();
    private final GenerationCopy generation = new GenerationCopy(new OneGeneration(), kept);
    private final GuardedAnswers answers = new GuardedAnswers(generation, kept);
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private final AtomicInteger loads = new AtomicInteger();
    private volatile String stored = "old";

    @BeforeEach
    void awaitUse() throws InterruptedException {
        awaiting(() -> generation.latest().flatMap(GenerationCopy.Copy::usable).isPresent());
    }

    @AfterEach
    void close() throws InterruptedException {
        readers.shutdownNow();
        generation.close();
    }

    @Test
    void readersWhoAskedBefore_shareOneLoad() throws Exception {
        kept.together = new CyclicBarrier(READERS); // All have asked before the first of them is told of its miss.
        var waiting = new ArrayList<Thread>();
        var asked = new ArrayList<Future<String>>();
        for (int i = 0; i < READERS; i++) {
            asked.add(readers.submit(() -> {
                synchronized (waiting) {
                    waiting.add(Thread.currentThread());
                }
                return read(() -> {
                    awaiting(() -> {
                        synchronized (waiting) {
                            return waiting.stream()
                                            .filter(reader -> reader.getState() == Thread.State.TIMED_WAITING)
                                            .count()
                                    >= READERS - 1;
                        }
                    });
                    return stored;
                });
            }));
        }
        for (var one : asked) {
            assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo("old");
        }
        assertThat(loads).hasValue(1);
        assertThat(answers.counts()).isEqualTo(new CacheCounts(0, READERS));
    }

    @Test
    void readerWhoAsksMeanwhile_seesWhatWasWrittenMeanwhile() throws Exception {
        kept.refusing = true; // As where a subject was settled since the first load's token was given.
        var began = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var first = readers.submit(() -> read(() -> {
            String found = stored;
            began.countDown();
            await(goOn);
            return found;
        }));
        await(began);
        stored = "new"; // Committed and acknowledged.
        var second = readers.submit(() -> read(() -> stored));
        awaiting(() -> kept.lookups.get() == 2);
        assertThat(loads).hasValue(1);
        goOn.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("new");
        assertThat(loads).hasValue(2);
    }

    @Test
    void readerWhoAsksMeanwhile_isGivenWhatWasKept() throws Exception {
        var began = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var first = readers.submit(() -> read(() -> {
            began.countDown();
            await(goOn);
            return stored;
        }));
        await(began);
        var second = readers.submit(() -> read(() -> "loaded again"));
        awaiting(() -> kept.lookups.get() == 2);
        goOn.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(loads).hasValue(1);
        assertThat(answers.counts()).isEqualTo(new CacheCounts(1, 1));
    }

    @Test
    void problem_isSharedAndNotKept() throws Exception {
        kept.together = new CyclicBarrier(2);
        var both = List.of(1, 2).stream()
                .map(_ -> readers.submit(() -> read(() -> {
                    throw new Problem.NotFound("absent").toException();
                })))
                .toList();
        for (var one : both) {
            assertThatThrownBy(() -> one.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(ProblemException.class)
                    .hasMessage("absent");
        }
        kept.together = new CyclicBarrier(1);
        assertThat(read(() -> stored)).isEqualTo("old");
    }

    private String read(Supplier<String> load) {
        return new String(answers.read("key", () -> {
                    loads.incrementAndGet();
                    return new LoadedAnswer(load.get().getBytes(), Set.of("subject"));
                })
                .bytes());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaiting(Supplier<Boolean> condition) {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    /** Keeps what it is given for ever, as nothing changes here but by the test. */
    private static final class Kept implements AnswerOperations {

        private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
        private final AtomicInteger lookups = new AtomicInteger();
        private volatile CyclicBarrier together = new CyclicBarrier(1);
        private volatile boolean refusing;

        @Override
        public String incarnation() {
            return "redis";
        }

        @Override
        public Lookup lookup(CacheView view, String key) {
            byte[] answer = kept.get(key);
            lookups.incrementAndGet();
            if (answer != null) {
                return new Lookup.Hit(answer);
            }
            try {
                together.await(); // Without a limit: so a reader that waits here is told from one that waits for a
                // load.
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return new Lookup.Miss("token");
        }

        @Override
        public void fill(
                CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry) {
            if (!refusing) {
                kept.put(key, answer);
            }
        }

        @Override
        public ManyLookup lookupAll(CacheView view, String group, List<String> keys) {
            return new ManyLookup.Bypass("not asked for");
        }

        @Override
        public void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry) {}

        @Override
        public String mark(CacheView view, Collection<String> subjects, Duration longest) {
            return "mark";
        }

        @Override
        public void settle(CacheView view, String mark, Collection<String> subjects) {}
    }
}
