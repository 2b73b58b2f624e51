package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The limit while nobody can say how much a run has. */
final class RunLimitTest {

    private static final class Store implements RunLimit.Measure {

        private boolean away;
        private boolean knownToBeAway;
        private long lines;
        private int asked;
        private final CountDownLatch wasAsked = new CountDownLatch(1);
        private CountDownLatch mayAnswer = new CountDownLatch(0);

        @Override
        public RunSize of(String runId) {
            asked++;
            wasAsked.countDown();
            try {
                mayAnswer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (away) {
                throw new Problem.Unavailable("mongodb", "away", Duration.ofSeconds(1)).toException();
            }
            return new RunSize(lines, 0);
        }

        @Override
        public RunSize missing(LogBatch batch) {
            return RunSize.of(batch);
        }

        @Override
        public boolean isAway() {
            return knownToBeAway;
        }
    }

    private final Store store = new Store();
    private final RunLimit limit = new RunLimit(100, 0, store);
    private int journaled;

    @Test
    void storeAway_aNewRunIsTaken_andNotRefusedForWhatNobodyKnows() {
        store.away = true;
        store.knownToBeAway = true;
        store.lines = 100;
        append(60);
        assertThat(store.asked).isZero();
        assertThatThrownBy(() -> append(60))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
        store.away = false;
        store.knownToBeAway = false;
        assertThatThrownBy(() -> append(1))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Full.class));
        assertThat(journaled).isEqualTo(60);
    }

    @Test
    void knownRun_isMeasuredOnceUntilItMayBeFull() {
        store.lines = 10;
        for (int i = 0; i < 90; i++) {
            append(1);
        }
        assertThat(store.asked).isEqualTo(1);
        store.lines = 50; // Lines came twice, or were removed.
        append(20);
        assertThat(store.asked).isEqualTo(2);
    }

    @Test
    void firstLookThatTakesLong_andAnExactOneBesideIt_takeNothingOffTwice() throws Exception {
        store.knownToBeAway = true;
        append(90);
        store.knownToBeAway = false;
        store.lines = 90;
        store.mayAnswer = new CountDownLatch(1);
        var second = new FutureTask<>(() -> {
            append(20); // Looks first for a second, then wants to know exactly.
            return null;
        });
        Thread.ofVirtual().start(second);
        assertThat(store.wasAsked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> second.get(1_500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        store.mayAnswer.countDown();
        assertThatThrownBy(second::get).rootCause().isInstanceOf(ProblemException.class);
        append(10);
        store.lines = 100;
        assertThatThrownBy(() -> append(1)).isInstanceOf(ProblemException.class);
        assertThat(journaled).isEqualTo(100);
    }

    @Test
    void withoutLimits_nobodyIsAsked() {
        new RunLimit(0, 0, store).append(batch(200), () -> journaled = 200);
        assertThat(journaled).isEqualTo(200);
        assertThat(store.asked).isZero();
    }

    private void append(int lines) {
        limit.append(batch(lines), () -> journaled += lines);
    }

    private static LogBatch batch(int lines) {
        List<LogLine> some = LongStream.range(0, lines)
                .mapToObj(n -> new LogLine("w", "stdout", n, n, LogLevel.INFO, "", null, null))
                .toList();
        return new LogBatch("run", some);
    }
}
