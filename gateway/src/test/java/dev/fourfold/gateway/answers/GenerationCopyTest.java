package dev.fourfold.gateway.answers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationOperations;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

        Reader(String incarnation) {
            this.incarnation = incarnation;
        }

        @Override
        public CacheGeneration read() {
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
