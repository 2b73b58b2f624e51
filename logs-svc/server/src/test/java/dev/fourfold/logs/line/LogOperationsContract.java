package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.contract.live.LiveNews;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
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
        var query = LogQuery.ofRun(run, 5)
                .withFilter(new LogFilter.All(List.of(
                        new LogFilter.MinimumLevel(LogLevel.FATAL),
                        LogFilter.stream("my/logger?&=+%"),
                        LogFilter.message("😀\r\n"),
                        new LogFilter.Not(new LogFilter.Any(List.of(new LogFilter.Rank(7)))))));
        assertThat(logs().search(query.between(5L, Long.MAX_VALUE)).ofOneRun()).isEmpty();
        assertThat(logs().search(query.between(5L, null)).ofOneRun()).containsExactly(rich);
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

        var wide = line("w", 1, "€".repeat((1 << 20) / 3) + "x"); // 3 × 349,525 + 1 bytes
        logs().append(new LogBatch(run, List.of(wide)));

        assertThat(search(run, 10)).containsExactly(longest, wide);
        assertProblem(
                Problem.TooLarge.class,
                () -> logs().append(new LogBatch(run, List.of(line("w", 2, "€".repeat((1 << 20) / 3) + "xy")))));
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
                () -> logs().search(LogQuery.ofRun(run, 10).after(cursor)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001, Integer.MAX_VALUE})
    void limit_outOfBounds_isRefused(int limit) {
        assertProblem(Problem.InvalidArgument.class, () -> logs().search(LogQuery.ofRun(run, limit)));
    }

    @Test
    void counts_andExtents_cross() {
        logs().append(new LogBatch(run, List.of(line("w", 1, "a"), line("w", 5, "b"), line("w", 6, "c"))));
        var by = EnumSet.allOf(LogCountQuery.By.class);

        assertThat(logs().counts(new LogCountQuery(List.of(run), LogFilter.EVERY_LINE, 1, 7, 4, by)))
                .containsExactly(
                        new LogCount(1, run, "stdout", LogLevel.INFO, 1),
                        new LogCount(5, run, "stdout", LogLevel.INFO, 2));
        assertThat(logs().counts(new LogCountQuery(List.of(run), LogFilter.message("B"), 0, 100, 100, Set.of())))
                .containsExactly(new LogCount(0, null, null, null, 1));
        assertThat(logs().extents(List.of(run, "nothing"))).containsExactly(new LogExtent(run, 1, 6, 3, 3 * 65));
    }

    @Test
    void question_outOfBounds_isRefused() {
        for (LogQuery bad : List.of(
                LogQuery.ofRun(run, 1).withRuns(List.of()),
                LogQuery.ofRun(run, 1).withRuns(Collections.nCopies(1_001, run)),
                LogQuery.ofRun(run, 1).withFilter(LogFilter.message("x".repeat(1_001))),
                LogQuery.ofRun(run, 1)
                        .withFilter(new LogFilter.Text(LogFilter.Part.MESSAGE, "", LogFilter.Match.REGEX, "(unclosed")),
                LogQuery.ofRun(run, 1).withFilter(new LogFilter.All(Collections.nCopies(300, LogFilter.EVERY_LINE))))) {
            assertProblem(Problem.InvalidArgument.class, () -> logs().search(bad));
        }
        for (long[] bad : new long[][] {{5, 5, 1}, {-1, 5, 1}, {0, 5, 0}, {0, 10_001, 1}, {0, Long.MAX_VALUE, 1}}) {
            assertProblem(
                    Problem.InvalidArgument.class,
                    () -> logs().counts(new LogCountQuery(
                            List.of(run), LogFilter.EVERY_LINE, bad[0], bad[1], bad[2], Set.of())));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "7", "[]", "\"a\"", "{", "{}{}", "{} x", "{\"a\":}", "null"})
    void fields_thatAreNoObject_areRefused(String fields) {
        assertProblem(
                Problem.InvalidArgument.class,
                () -> logs().append(new LogBatch(
                        run, List.of(new LogLine("w", "stdout", 0, 0, LogLevel.INFO, "m", null, fields)))));
    }

    @Test
    void live_hearsWhatIsAppendedAndMeetsTheFilter_andGoesOnAfterACut() throws Exception {
        String other = run + "b";
        var filter = new LogFilter.All(List.of(new LogFilter.MinimumLevel(LogLevel.INFO), LogFilter.message("STEP")));
        String position;
        try (var feed = logs().live(new LiveLogQuery(List.of(run, other), filter, null))) {
            assertThat(feed.missed()).isEmpty();
            logs().append(new LogBatch(run + "c", List.of(line("w", 0, "step of a run that nobody listens to"))));
            logs().append(new LogBatch(run, List.of(line("w", 0, "nothing"), line("w", 1, "Step 1"))));
            logs().append(new LogBatch(other, List.of(line("w", 7, "step 7"))));
            logs().append(new LogBatch(run, List.of(line("w", 2, "step 2"))));
            var heard = new Heard();
            heard.from(feed, 3);
            assertThat(heard.lines.get(run)).containsExactly(line("w", 1, "Step 1"), line("w", 2, "step 2"));
            assertThat(heard.lines.get(other)).containsExactly(line("w", 7, "step 7"));
            position = heard.position;
        }
        logs().append(new LogBatch(run, List.of(line("w", 3, "step 3"))));
        logs().purge(other);
        logs().append(new LogBatch(run, List.of(line("w", 4, "step 4"))));
        try (var feed = logs().live(new LiveLogQuery(List.of(run, other), LogFilter.EVERY_LINE, position))) {
            assertThat(feed.missed()).isEmpty();
            var heard = new Heard();
            heard.from(feed, 2);
            assertThat(heard.lines).containsOnlyKeys(run);
            assertThat(heard.lines.get(run)).containsExactly(line("w", 3, "step 3"), line("w", 4, "step 4"));
        }
    }

    @Test
    void live_fromAPlaceThatIsNotKnown_saysWhichRunsToReadAgain() throws Exception {
        try (var feed = logs().live(new LiveLogQuery(List.of(run), LogFilter.EVERY_LINE, "0123456789abcdef-12"))) {
            assertThat(feed.missed()).containsExactly(run);
            logs().append(new LogBatch(run, List.of(line("w", 0, "m"))));
            var heard = new Heard();
            heard.from(feed, 1);
            assertThat(heard.lines.get(run)).containsExactly(line("w", 0, "m"));
        }
    }

    @Test
    void live_ofNothingOrTooMuch_isRefused() {
        var many = IntStream.range(0, 101).mapToObj(i -> "run" + i).toList();
        var noExpression = new LogFilter.Text(LogFilter.Part.MESSAGE, "", LogFilter.Match.REGEX, "(");
        for (var query : List.of(
                new LiveLogQuery(List.of(), LogFilter.EVERY_LINE, null),
                new LiveLogQuery(many, LogFilter.EVERY_LINE, null),
                new LiveLogQuery(List.of("r", "r"), LogFilter.EVERY_LINE, null),
                new LiveLogQuery(List.of("../r"), LogFilter.EVERY_LINE, null),
                new LiveLogQuery(List.of("r"), noExpression, null))) {
            assertProblem(Problem.InvalidArgument.class, () -> logs().live(query));
        }
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

    /** What was heard, by run, and where to go on from. */
    private static final class Heard {

        private final Map<String, List<LogLine>> lines = new HashMap<>();
        private String position = "";

        private void from(LiveFeed feed, int count) throws InterruptedException {
            while (lines.values().stream().mapToInt(List::size).sum() < count) {
                var news = feed.next(Duration.ofSeconds(20));
                assertThat(news).isInstanceOf(LiveNews.Fresh.class);
                if (news instanceof LiveNews.Fresh(String at, List<LiveNews.RunNews> runs)) {
                    position = at;
                    runs.forEach(one -> lines.computeIfAbsent(one.runId(), _ -> new ArrayList<>())
                            .addAll(LogBatch.fromBytes(one.bytes()).lines()));
                }
            }
        }
    }

    protected final List<LogLine> search(String runId, int limit) {
        var found = new ArrayList<LogLine>();
        String cursor = null;
        do {
            var page = logs().search(LogQuery.ofRun(runId, limit).after(cursor));
            found.addAll(page.ofOneRun());
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
