package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogQuery;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many lines a run may have. */
final class ITRunLimit {

    @TempDir
    private Path folder;

    private final String run = UUID.randomUUID().toString();

    @Test
    void batchOverTheLimit_isRefusedAsAWhole_alsoAfterARestart_andWhatIsThereMayComeAgain() {
        try (var context = service(100, 0)) {
            var logs = context.getBean(LogOperations.class);
            logs.append(batch(0, 60));
            logs.append(batch(0, 60)); // Adds nothing.
            assertFull(logs, batch(60, 60));
            assertThat(lines(logs)).isEqualTo(60);
            logs.append(batch(40, 60));
            assertFull(logs, batch(100, 1));
            logs.append(batch(0, 100));
            assertThat(lines(logs)).isEqualTo(100);
            logs.append(new LogBatch(run + "-b", batch(0, 100).lines()));
        }
        try (var context = service(100, 0)) {
            var logs = context.getBean(LogOperations.class);
            assertFull(logs, batch(99, 2));
            logs.append(batch(99, 1));
            assertThat(lines(logs)).isEqualTo(100);
            logs.purge(run);
            logs.append(batch(0, 100));
            assertThat(lines(logs)).isEqualTo(100);
        }
    }

    @Test
    void bytes_areLimitedToo() {
        try (var context = service(0, 10 * batch(0, 1).lines().getFirst().weight())) {
            var logs = context.getBean(LogOperations.class);
            logs.append(batch(0, 10));
            assertFull(logs, batch(10, 1));
            assertThat(lines(logs)).isEqualTo(10);
        }
    }

    @Test
    void manyAtOnce_fillTheRunAndNoMore() throws Exception {
        try (var context = service(100, 0);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var logs = context.getBean(LogOperations.class);
            var sending = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 30; i++) {
                var batch = batch(10L * i, 10);
                sending.add(() -> taken(logs, batch));
            }
            int taken = 0;
            for (var sent : pool.invokeAll(sending)) {
                taken += sent.get() ? 1 : 0;
            }
            assertThat(taken).isEqualTo(10);
            assertThat(lines(logs)).isEqualTo(100);
        }
    }

    /** As clients do: again while nobody can say, as others were on their way. */
    private static boolean taken(LogOperations logs, LogBatch batch) {
        while (true) {
            try {
                logs.append(batch);
                return true;
            } catch (ProblemException e) {
                if (e.problem() instanceof Problem.Full) {
                    return false;
                }
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
            }
        }
    }

    private static void assertFull(LogOperations logs, LogBatch batch) {
        assertThatThrownBy(() -> logs.append(batch))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Full.class));
    }

    private LogBatch batch(long from, int count) {
        return new LogBatch(
                run,
                LongStream.range(from, from + count)
                        .mapToObj(n -> new LogLine("w", "stdout", n, n, LogLevel.INFO, "a line", null, null))
                        .toList());
    }

    private int lines(LogOperations logs) {
        return logs.search(LogQuery.ofRun(run, 1_000)).lines().size();
    }

    private ApplicationContext service(long lines, long bytes) {
        return ApplicationContext.run(Map.of(
                "fourfold.mongo.url",
                TemporaryStores.mongo().url(),
                "fourfold.mongo.durability-lag",
                "0s",
                "fourfold.logs.run-lines",
                lines,
                "fourfold.logs.run-bytes",
                bytes,
                "fourfold.logs.journal-folder",
                folder.toString()));
    }
}
