package dev.fourfold.gateway.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationOperations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two gateways and the row between them, one of which is slow to read it. */
class GenerationCopyTest {

    private static final CacheGeneration FIRST = new CacheGeneration(1, true, "redis-1");

    private volatile CacheGeneration row = FIRST;
    private final Reader slow = new Reader("redis-1");
    private final GenerationCopy slowCopy = new GenerationCopy(slow, new Server(slow));
    private final Reader quick = new Reader("redis-1");
    private final Server quickServer = new Server(quick);
    private final GenerationCopy quickCopy = new GenerationCopy(quick, quickServer);
    private final GuardedAnswers answers = new GuardedAnswers(quickCopy, quickServer);

    @AfterEach
    void close() throws InterruptedException {
        slow.held = false;
        slowCopy.close();
        quickCopy.close();
    }

    @Test
    void aWriterWhoFindsTheCacheOff_waitsUntilNobodyReadsWithACopyFromBefore() throws InterruptedException {
        slowReadsForTheLastTime();
        row = new CacheGeneration(2, false, "redis-1");
        awaitRow(quickCopy, 2);
        answers.write(Set.of("run:1"), () -> "changed");
        assertThat(slowCopy.latest().flatMap(GenerationCopy.Copy::usable)).isEmpty();
    }

    @Test
    void aWriterInAGenerationOfAnotherRedis_waitsUntilNobodyReadsFromTheOldOne() throws InterruptedException {
        slowReadsForTheLastTime();
        quick.incarnation = "redis-2";
        row = new CacheGeneration(2, true, "redis-2");
        awaitRow(quickCopy, 2);
        answers.write(Set.of("run:1"), () -> "changed");
        assertThat(slowCopy.latest().flatMap(GenerationCopy.Copy::usable)).isEmpty();
    }

    @Test
    void twoGatewaysThatSeeTwoServers_doNotTakeTurnsAllTheTime() throws InterruptedException {
        awaitRow(slowCopy, 1);
        quick.incarnation = "redis-2";
        awaitRow(slowCopy, 2);
        // For as long as the new one takes to be used, the old one is not brought back.
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (quickCopy.latest().flatMap(GenerationCopy.Copy::usable).isEmpty()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
        assertThat(row).isEqualTo(new CacheGeneration(2, true, "redis-2"));
    }

    @Test
    void writersWhileTheRowCannotBeRead_failTogetherAndNotOneAfterAnother() throws Exception {
        awaitRow(quickCopy, 1);
        var hanging = new CountDownLatch(1);
        quick.hanging = hanging;
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (quickCopy.latest().orElseThrow().fresh()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
        int readings = quick.readings.get();
        var threads = new ArrayList<Thread>();
        var failures = new ConcurrentLinkedQueue<RuntimeException>();
        for (int i = 0; i < 8; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    answers.write(Set.of("run:1"), () -> "changed");
                } catch (ProblemException e) {
                    failures.add(e);
                }
            }));
        }
        while (threads.stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
        // The reading that is under way fails, as after the time limit of a connection, and the next one would hang.
        quick.hanging = new CountDownLatch(1);
        quick.held = true;
        hanging.countDown();
        for (var thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(failures).hasSize(8);
        assertThat(quick.readings).hasValueLessThanOrEqualTo(readings + 1);
        quick.hanging.countDown();
    }

    @Test
    void whateverAReadingThrows_theCopyIsKeptFreshAfterwards() throws Exception {
        awaitRow(quickCopy, 1);
        quick.failure = new IllegalStateException("what no driver should throw");
        int readings = quick.readings.get();
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (quick.readings.get() < readings + 2) {
            assertThat(System.nanoTime()).as("read again within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
        quick.failure = null;
        row = new CacheGeneration(2, true, "redis-1");
        awaitRow(quickCopy, 2);
    }

    /** Returns at a moment when the slow gateway has just read the row, and reads no more. */
    private void slowReadsForTheLastTime() throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (slowCopy.latest().flatMap(GenerationCopy.Copy::usable).isEmpty()
                || quickCopy.latest().flatMap(GenerationCopy.Copy::usable).isEmpty()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
        long readAt = slowCopy.latest().orElseThrow().readAt();
        while (slowCopy.latest().orElseThrow().readAt() == readAt) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
        slow.held = true;
    }

    private static void awaitRow(GenerationCopy copy, long number) {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (copy.latest().filter(seen -> seen.row().number() == number).isEmpty()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    /** One gateway's way to the row; and which Redis it sees. */
    private final class Reader implements CacheGenerationOperations {

        private volatile String incarnation;
        private volatile boolean held;
        private volatile @Nullable RuntimeException failure;
        private volatile CountDownLatch hanging = new CountDownLatch(0);
        private final AtomicInteger readings = new AtomicInteger();

        Reader(String incarnation) {
            this.incarnation = incarnation;
        }

        @Override
        public CacheGeneration read() {
            readings.incrementAndGet();
            try {
                hanging.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            RuntimeException thrown = failure;
            if (thrown != null) {
                throw thrown;
            }
            check();
            return row;
        }

        @Override
        public CacheGeneration advance(long seenNumber, String newIncarnation) {
            check();
            synchronized (GenerationCopyTest.this) {
                if (row.number() == seenNumber) {
                    row = new CacheGeneration(seenNumber + 1, true, newIncarnation);
                }
                return row;
            }
        }

        @Override
        public CacheGeneration switchOff() {
            check();
            synchronized (GenerationCopyTest.this) {
                if (row.enabled()) {
                    row = new CacheGeneration(row.number() + 1, false, row.incarnation());
                }
                return row;
            }
        }

        private void check() {
            if (held) {
                throw new Problem.Unavailable("postgresql", "cut off", Duration.ofSeconds(1)).toException();
            }
        }
    }

    /** A Redis that takes every mark of its own generations. */
    private record Server(Reader of) implements AnswerOperations {

        @Override
        public String incarnation() {
            return of.incarnation;
        }

        @Override
        public Lookup lookup(CacheView view, String key) {
            return new Lookup.Bypass("not asked for");
        }

        @Override
        public void fill(
                CacheView view,
                String key,
                String token,
                Collection<String> subjects,
                byte[] answer,
                Duration expiry) {}

        @Override
        public ManyLookup lookupAll(CacheView view, String group, List<String> keys) {
            return new ManyLookup.Bypass("not asked for");
        }

        @Override
        public void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry) {}

        @Override
        public String mark(CacheView view, Collection<String> subjects, Duration longest) {
            settle(view, "mark", subjects);
            return "mark";
        }

        @Override
        public void settle(CacheView view, String mark, Collection<String> subjects) {
            if (!view.incarnation().equals(of.incarnation)) {
                throw new Problem.Unavailable("redis", "another start", Duration.ofSeconds(1)).toException();
            }
        }
    }
}
