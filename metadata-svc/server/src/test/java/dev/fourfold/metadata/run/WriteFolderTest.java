package dev.fourfold.metadata.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteFolderTest {

    private final Folds folds = new Folds();
    private WriteFolder folder = new WriteFolder(folds, new WriteFolding(1, 50, 100, 60, Duration.ofSeconds(20)));

    @AfterEach
    void close() {
        folds.gate.countDown();
        folder.close();
    }

    @Test
    void writesThatArriveMeanwhile_shareTheNextTransaction() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> folder.write(tag("first")));
            folds.awaitBegun();
            var rest = new ArrayList<Future<RunPlace>>();
            for (int i = 0; i < 20; i++) {
                var write = tag("r" + i);
                rest.add(threads.submit(() -> folder.write(write)));
            }
            folds.awaitOffered(folder, 20);
            folds.gate.countDown();
            assertThat(first.get().runId()).isEqualTo("first");
            for (int i = 0; i < 20; i++) {
                assertThat(rest.get(i).get().runId()).isEqualTo("r" + i);
            }
        }
        assertThat(folds.sizes()).containsExactly(1, 20);
    }

    @Test
    void bigWrites_areSpreadOverTransactions() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> folder.write(tag("first")));
            folds.awaitBegun();
            for (int i = 0; i < 4; i++) {
                var write = new RunWrite(
                        "r" + i,
                        RunChanges.batch(Collections.nCopies(60, Metric.of("m", 1, 1, 1)), List.of(), List.of()));
                threads.submit(() -> folder.write(write));
            }
            folds.awaitOffered(folder, 4);
            folds.gate.countDown();
        }
        assertThat(folds.sizes()).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void failureNobodyKnows_isTriedOneByOne_andHitsItsCauseOnly() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> folder.write(tag("first")));
            folds.awaitBegun();
            var good = threads.submit(() -> folder.write(tag("good")));
            var bad = threads.submit(() -> folder.write(tag("broken")));
            folds.awaitOffered(folder, 2);
            folds.gate.countDown();
            assertThat(good.get().runId()).isEqualTo("good");
            assertThatThrownBy(bad::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Internal.class));
        }
    }

    @Test
    void tooManyWaiting_areRefusedAtOnce() throws Exception {
        folder.close();
        folder = new WriteFolder(folds, new WriteFolding(1, 50, 100, 1, Duration.ofSeconds(20)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> folder.write(tag("first")));
            folds.awaitBegun();
            threads.submit(() -> folder.write(tag("second")));
            folds.awaitOffered(folder, 1);
            assertUnavailable("third");
            folds.gate.countDown();
        }
    }

    @Test
    void writeNotBegunInTime_isGivenUpAndLeftOut() throws Exception {
        folder.close();
        folder = new WriteFolder(folds, new WriteFolding(1, 50, 100, 60, Duration.ofMillis(200)));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> folder.write(tag("first")));
            folds.awaitBegun();
            assertUnavailable("late");
            folds.gate.countDown();
            writeInTime("after");
        }
        assertThat(folds.runs()).contains("first", "after").doesNotContain("late");
    }

    @Test
    void closing_commitsWhatWaits() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> folder.write(tag("first")));
            folds.awaitBegun();
            var second = threads.submit(() -> folder.write(tag("second")));
            folds.awaitOffered(folder, 1);
            var closing = threads.submit(folder::close);
            folds.gate.countDown();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(first.get().runId()).isEqualTo("first");
            assertThat(second.get().runId()).isEqualTo("second");
            assertUnavailable("third");
        }
    }

    /** Again where this machine stands still for as long as a write may wait. */
    private void writeInTime(String run) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                folder.write(tag(run));
                return;
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
                assertThat(System.nanoTime()).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
    }

    private void assertUnavailable(String run) {
        assertThatThrownBy(() -> folder.write(tag(run)))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
    }

    private static RunWrite tag(String run) {
        return new RunWrite(run, RunChanges.of(new Tag("k", "v")));
    }

    /** A store that remembers its transactions, and lets the first one wait for a gate. */
    private static final class Folds implements RunStore {

        final CountDownLatch gate = new CountDownLatch(1);
        private final CountDownLatch begun = new CountDownLatch(1);
        private final List<List<String>> transactions = Collections.synchronizedList(new ArrayList<>());

        @Override
        public List<WriteOutcome> write(List<RunWrite> writes) {
            var runs = writes.stream().map(RunWrite::runId).toList();
            transactions.add(runs);
            begun.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (runs.contains("broken")) {
                throw new IllegalStateException("broken");
            }
            return runs.stream()
                    .<WriteOutcome>map(
                            run -> new WriteOutcome.Written(new RunPlace(run, "0", LifecycleStage.ACTIVE, null)))
                    .toList();
        }

        void awaitBegun() throws InterruptedException {
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        }

        void awaitOffered(WriteFolder folder, int count) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (folder.waiting() < count) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        List<Integer> sizes() {
            return transactions.stream().map(List::size).toList();
        }

        List<String> runs() {
            return transactions.stream().flatMap(List::stream).toList();
        }

        @Override
        public Run create(NewRun run) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Run> find(String runId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<RunInfo> infos(List<String> runIds) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<RunPlace> place(String runId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RunPage search(RunQuery query) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RunInfo update(String runId, UpdateRun changes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void mark(String runId, LifecycleStage stage) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteTag(String runId, String key) {
            throw new UnsupportedOperationException();
        }
    }
}
