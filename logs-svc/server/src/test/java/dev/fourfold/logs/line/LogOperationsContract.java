package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operations on lines do for their caller, in process and across HTTP alike. */
public abstract class LogOperationsContract {

    private final String run = UUID.randomUUID().toString().replace("-", "");

    protected abstract LogOperations logs();

    protected abstract StoreOperations store();

    @Test
    void append_isReadAtOnce() {
        for (int i = 0; i < 50; i++) {
            logs().append(new LogBatch(run, List.of(line("w", i, "line " + i))));

            assertThat(search(run, 100)).hasSize(i + 1);
        }
    }

    @Test
    void everyPart_crosses() {
        var rich = new LogLine(
                "wörter",
                "my/logger?&=+%",
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                LogLevel.FATAL,
                "😀\r\n\u0000",
                -1,
                "{\"a\":{}}");
        logs().append(new LogBatch(run, List.of(line("w", 0, ""), rich)));

        assertThat(search(run, 10)).containsExactly(line("w", 0, ""), rich);
        assertThat(logs().search(new LogQuery(
                                run, null, 5, LogLevel.FATAL, "my/logger?&=+%", "😀\r\n", 5L, Long.MAX_VALUE))
                        .lines()
                        .lines())
                .isEmpty();
        assertThat(logs().search(new LogQuery(run, null, 5, LogLevel.FATAL, "my/logger?&=+%", "😀\r\n", 5L, null))
                        .lines()
                        .lines())
                .containsExactly(rich);
    }

    @Test
    void append_tenThousandLines_comeBackPageByPage() {
        var lines = new ArrayList<LogLine>();
        for (int i = 0; i < 10_000; i++) {
            lines.add(line("w", i, "x".repeat(1_000)));
        }
        logs().append(new LogBatch(run, lines));

        assertThat(search(run, 10_000)).isEqualTo(lines);
    }

    @Test
    void append_concurrentRetriesOfOneBatch_leaveItOnce() throws Exception {
        var lines = new ArrayList<LogLine>();
        for (int i = 0; i < 300; i++) {
            lines.add(line("w", i, "line " + i));
        }
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Void> sending = () -> {
                logs().append(new LogBatch(run, lines));
                return null;
            };
            for (var sent : pool.invokeAll(Collections.nCopies(20, sending))) {
                sent.get();
            }
        }

        assertThat(search(run, 10_000)).isEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-a", "_a", "a b", "a/b", "../a", "a.b", "a$", "$where", "a\nb", "a\u0000", "ü", "a\r\nX: y"
            })
    void runId_outOfForm_isRefused(String bad) {
        assertProblem(
                Problem.InvalidArgument.class, () -> logs().append(new LogBatch(bad, List.of(line("w", 0, "m")))));
        assertProblem(Problem.InvalidArgument.class, () -> search(bad, 10));
    }

    @Test
    void runId_ofLegalForms() {
        for (String id : List.of("A", "0", "a-b_c", "a" + "b".repeat(255))) {
            logs().append(new LogBatch(id, List.of(line(run, 0, "m"))));

            assertThat(search(id, 10_000)).contains(line(run, 0, "m"));
        }
        assertProblem(Problem.InvalidArgument.class, () -> search("a".repeat(257), 1));
    }

    @Test
    void linesOutOfBounds_areRefusedAsAWhole() {
        var good = line("w", 0, "m");
        for (LogLine bad : List.of(
                line("", 1, "m"),
                line("w".repeat(251), 1, "m"),
                line("w\u0000", 1, "m"),
                line("w", -1, "m"),
                new LogLine("w", "", 1, 1, LogLevel.INFO, "m", null, null),
                new LogLine("w", "s".repeat(251), 1, 1, LogLevel.INFO, "m", null, null))) {
            assertProblem(Problem.InvalidArgument.class, () -> logs().append(new LogBatch(run, List.of(good, bad))));
        }
        assertProblem(
                Problem.InvalidArgument.class,
                () -> logs().append(new LogBatch(run, Collections.nCopies(10_001, good))));
        assertThat(search(run, 10)).isEmpty();
    }

    @Test
    void message_ofOneMebibyte_isTheLongest() {
        var longest = line("w", 0, "x".repeat(1 << 20));
        logs().append(new LogBatch(run, List.of(longest)));

        assertThat(search(run, 10)).containsExactly(longest);
        assertProblem(
                Problem.TooLarge.class,
                () -> logs().append(new LogBatch(run, List.of(line("w", 1, "x".repeat((1 << 20) + 1))))));
        assertProblem(
                Problem.TooLarge.class,
                () -> logs().append(new LogBatch(run, List.of(line("w", 1, "ü".repeat((1 << 19) + 1))))));
    }

    @Test
    void batch_ofFifteenMebibytes_isTaken() {
        var lines = new ArrayList<LogLine>();
        for (int i = 0; i < 15; i++) {
            lines.add(line("w", i, "x".repeat(1 << 20)));
        }
        logs().append(new LogBatch(run, lines));

        assertThat(search(run, 10_000)).isEqualTo(lines);
    }

    @Test
    void batch_overItsLimit_isTooLarge() {
        var lines = new ArrayList<LogLine>();
        for (int i = 0; i < 30; i++) {
            lines.add(line("w", i, "x".repeat(1 << 20)));
        }

        assertProblem(Problem.TooLarge.class, () -> logs().append(new LogBatch(run, lines)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%%%", "AAAA", "; drop", "{\"$gt\":1}", "____________________________"})
    void cursor_madeUp_isRefused(String cursor) {
        assertProblem(
                Problem.InvalidArgument.class,
                () -> logs().search(new LogQuery(run, cursor, 10, null, null, null, null, null)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE})
    void limit_outOfBounds_isRefused(int limit) {
        assertProblem(
                Problem.InvalidArgument.class,
                () -> logs().search(new LogQuery(run, null, limit, null, null, null, null, null)));
    }

    @Test
    void purgedRun_isEmptyAtOnce() {
        var lines = new ArrayList<LogLine>();
        for (int i = 0; i < 1_000; i++) {
            lines.add(line("w", i, "line " + i));
        }
        logs().append(new LogBatch(run, lines));

        assertThat(logs().purge(run)).isEqualTo(new PurgedLines(run, 1_000));
        assertThat(search(run, 10)).isEmpty();
        assertThat(logs().purge(run)).isEqualTo(new PurgedLines(run, 0));
        assertProblem(Problem.InvalidArgument.class, () -> logs().purge("../a"));
    }

    @Test
    void journal_emptyOnceRead() {
        logs().append(new LogBatch(run, List.of(line("w", 0, "m"))));
        search(run, 10);

        assertThat(logs().journals().getFirst().records()).isZero();
        assertThat(logs().journals().getFirst().oldestAgeMillis()).isZero();
        assertThat(logs().journals().getFirst().maxBytes()).isPositive();
    }

    @Test
    void status_namesTheEngine() {
        var status = store().status();

        assertThat(status.part()).isEqualTo("mongodb");
        assertThat(status.available()).isTrue();
        assertThat(status.engine()).isEqualTo("mongo-java-server");
        assertThat(status.where()).startsWith("127.0.0.1:");
    }

    protected final List<LogLine> search(String runId, int limit) {
        var found = new ArrayList<LogLine>();
        String cursor = null;
        do {
            var page = logs().search(new LogQuery(runId, cursor, limit, null, null, null, null, null));
            found.addAll(page.lines().lines());
            cursor = page.nextCursor();
        } while (cursor != null);
        return found;
    }

    protected static LogLine line(String writer, long sequence, String message) {
        return new LogLine(writer, "stdout", sequence, Math.max(0, sequence), LogLevel.INFO, message, null, null);
    }

    protected static void assertProblem(Class<? extends Problem> expected, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(expected));
    }
}
