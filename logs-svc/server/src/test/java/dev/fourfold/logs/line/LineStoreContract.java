package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link LineStore} must do; an adapter's test only says how to get at its store. */
public abstract class LineStoreContract {

    private static final Comparator<LogLine> ORDER = Comparator.comparing(LinePosition::of);

    private final String run = run();

    /** The store under test; the same one for all tests is fine. */
    protected abstract LineStore store();

    @Test
    void search_runWithoutLines_isEmpty() throws Exception {
        assertThat(all(query(run, 10))).isEmpty();
    }

    @Test
    void line_comesBackAsItIs() throws Exception {
        var plain = new LogLine("w", "stdout", 0, 5, LogLevel.INFO, "epoch 1", null, null);
        var rich = new LogLine(
                "w",
                "my.logger",
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                LogLevel.FATAL,
                "",
                7,
                "{\"$where\":\"1\",\"a.b\":[1]}");
        write(List.of(plain, rich));

        assertThat(all(query(run, 10))).containsExactly(plain, rich);
    }

    /** A string of a client must never mean anything to the store. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$where\": \"sleep(1000)\"}",
                "$gt",
                "a.b.c",
                "$ne.x",
                ".*",
                "\\E.*\\Q",
                "[a-z",
                "(a+)+$",
                "'; db.dropDatabase(); //",
                "line\nbreak\r\tand \u0000 NUL",
                "שלום עולם",
                "😀 ü e\u0301",
                "İstanbul"
            })
    void anyText_isLiteral(String text) throws Exception {
        String name = text.replaceAll("\\p{Cntrl}", "");
        var line =
                new LogLine(name, name, 1, 1, LogLevel.WARN, "before " + text + " after", null, "{\"" + name + "\":1}");
        var other = new LogLine("w", "stdout", 1, 2, LogLevel.WARN, "something else", null, null);
        write(List.of(line, other));

        assertThat(all(query(run, 10))).containsExactly(line, other);
        assertThat(all(new LogQuery(run, null, 10, null, null, text, null, null)))
                .containsExactly(line);
        assertThat(all(new LogQuery(run, null, 10, null, name, null, null, null)))
                .containsExactly(line);
    }

    @Test
    void write_sameAgain_addsNothing() throws Exception {
        var lines = lines(new Random(1), 700);
        write(lines);
        write(lines);
        write(lines.subList(100, 300));

        assertThat(all(query(run, 10_000))).isEqualTo(sorted(lines));
    }

    @Test
    void write_sameIdentityWithOtherContent_firstStays() throws Exception {
        var first = new LogLine("w", "stdout", 3, 10, LogLevel.INFO, "first", null, null);
        write(List.of(first));
        write(List.of(new LogLine("w", "stdout", 3, 99, LogLevel.ERROR, "second", 1, null)));

        assertThat(all(query(run, 10))).containsExactly(first);
    }

    @Test
    void write_sameSequenceOfAnotherWriterStreamOrRun_isAnotherLine() throws Exception {
        var one = new LogLine("a", "stdout", 0, 1, LogLevel.INFO, "1", null, null);
        var two = new LogLine("a", "stderr", 0, 1, LogLevel.INFO, "2", null, null);
        var three = new LogLine("b", "stdout", 0, 1, LogLevel.INFO, "3", null, null);
        String other = run();
        store().write(List.of(new LogBatch(run, List.of(three, two, one)), new LogBatch(other, List.of(one))));

        assertThat(all(query(run, 10))).containsExactly(two, one, three);
        assertThat(all(query(other, 10))).containsExactly(one);
    }

    @Test
    void runs_whoseIdsBeginAlike_areKeptApart() throws Exception {
        String longer = run + "-2";
        var line = new LogLine("w", "stdout", 0, 1, LogLevel.INFO, "m", null, null);
        store().write(List.of(new LogBatch(longer, List.of(line))));

        assertThat(all(query(run, 10))).isEmpty();
    }

    @Test
    void search_filters() throws Exception {
        var random = new Random(2);
        var lines = lines(random, 1_500);
        write(lines);

        for (int i = 0; i < 40; i++) {
            var level = random.nextBoolean() ? LogLevel.values()[random.nextInt(6)] : null;
            String stream = random.nextInt(3) == 0 ? "stream-" + random.nextInt(3) : null;
            String text = random.nextInt(3) == 0 ? "LOSS " + random.nextInt(30) : null;
            Long from = random.nextBoolean() ? (long) random.nextInt(1_500) : null;
            Long to = random.nextBoolean() ? (long) random.nextInt(1_500) : null;
            var query = new LogQuery(run, null, 1 + random.nextInt(400), level, stream, text, from, to);
            Predicate<LogLine> wanted = line -> (level == null || line.level().compareTo(level) >= 0)
                    && (stream == null || line.stream().equals(stream))
                    && (text == null || line.message().contains(text.toLowerCase(Locale.ROOT)))
                    && (from == null || line.timeNanos() >= from)
                    && (to == null || line.timeNanos() < to);

            assertThat(all(query))
                    .as(query.toString())
                    .isEqualTo(sorted(lines.stream().filter(wanted).toList()));
        }
    }

    @Test
    void pages_haveTheSizeAskedAndEndWithoutACursor() throws Exception {
        var lines = lines(new Random(3), 100);
        write(lines);

        var first = store().search(query(run, 60), LinePosition.START);
        assertThat(first.lines().lines()).hasSize(60);
        var second = store().search(query(run, 60), LinePosition.fromCursor(first.nextCursor()));
        assertThat(second.lines().lines()).hasSize(lines.size() - 60);
        assertThat(second.nextCursor()).isNull();
        assertThat(store().search(query(run, lines.size()), LinePosition.START).nextCursor())
                .isNull();
    }

    @Test
    void pages_whileLinesArrive_repeatAndSkipNothing() throws Exception {
        var random = new Random(4);
        var early = lines(random, 1_000);
        write(early);
        var seen = new ArrayList<LogLine>();
        String cursor = null;
        long sequence = 1_000_000;
        do {
            var page = store().search(query(run, 90), LinePosition.fromCursor(cursor));
            seen.addAll(page.lines().lines());
            cursor = page.nextCursor();
            // Some before what was read, some after.
            write(List.of(
                    new LogLine("late", "stdout", sequence++, random.nextInt(1_000), LogLevel.INFO, "late", null, null),
                    new LogLine("late", "stdout", sequence++, 5_000, LogLevel.INFO, "late", null, null)));
        } while (cursor != null && seen.size() < 5_000);

        assertThat(seen).doesNotHaveDuplicates().isSortedAccordingTo(ORDER).containsAll(early);
    }

    @Test
    void longLines_areKeptWhole_andAPageStaysSmall() throws Exception {
        var lines = new ArrayList<LogLine>();
        for (int i = 0; i < 40; i++) {
            lines.add(new LogLine(
                    "w",
                    "stdout",
                    i,
                    i,
                    LogLevel.INFO,
                    Character.toString('a' + i % 26).repeat(1 << 20),
                    null,
                    null));
        }
        write(lines);
        write(lines.subList(10, 30));

        assertThat(all(query(run, 10_000))).isEqualTo(lines);
        var page = store().search(query(run, 10_000), LinePosition.START);
        assertThat(page.lines().lines().size()).isBetween(1, 9);
        assertThat(page.nextCursor()).isNotNull();
    }

    @Test
    void manyWriters_atTheSameTimes_comeInOrder() throws Exception {
        var lines = new ArrayList<LogLine>();
        for (int writer = 0; writer < 60; writer++) {
            for (int i = 0; i < 20; i++) {
                lines.add(new LogLine("w" + writer, "stdout", i, i / 3, LogLevel.INFO, "m", writer, null));
            }
        }
        Collections.shuffle(lines, new Random(5));
        write(lines);

        assertThat(all(query(run, 77))).isEqualTo(sorted(lines));
    }

    @Test
    void purgedRun_isEmpty_andTakesLinesAnew() throws Exception {
        var lines = lines(new Random(6), 700);
        String longer = run + "-2";
        write(lines);
        store().write(List.of(new LogBatch(longer, lines)));

        assertThat(store().count(run)).isEqualTo(lines.size());
        store().purge(run);
        store().purge(run);
        assertThat(store().count(run)).isZero();
        assertThat(all(query(run, 10))).isEmpty();
        assertThat(all(query(longer, 10_000))).isEqualTo(sorted(lines));
        write(lines.subList(0, 100));
        assertThat(all(query(run, 1_000))).isEqualTo(sorted(lines.subList(0, 100)));
    }

    /** Any order, any split into batches, any part of it again: what is there is each line once. */
    @RepeatedTest(8)
    void anyHistory_leavesEachLineOnce() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var model = new ArrayList<LogLine>();
        var sent = new ArrayList<LogLine>(lines(random, 50 + random.nextInt(1_200)));
        Collections.shuffle(sent, random);
        for (int at = 0; at < sent.size(); ) {
            int end = Math.min(sent.size(), at + 1 + random.nextInt(400));
            write(sent.subList(at, end));
            model.addAll(sent.subList(at, end));
            if (random.nextInt(3) == 0) {
                int from = random.nextInt(model.size());
                write(model.subList(from, from + random.nextInt(model.size() - from)));
            }
            at = end;
        }

        assertThat(all(query(run, 1 + random.nextInt(500)))).as("seed " + seed).isEqualTo(sorted(model));
    }

    protected final void write(List<LogLine> lines) throws Exception {
        store().write(List.of(new LogBatch(run, lines)));
    }

    /** All pages of a query. */
    protected final List<LogLine> all(LogQuery query) throws Exception {
        var found = new ArrayList<LogLine>();
        LogPage page;
        String cursor = null;
        do {
            page = store().search(query, LinePosition.fromCursor(cursor));
            assertThat(page.lines().lines()).hasSizeLessThanOrEqualTo(query.limit());
            assertThat(page.lines().runId()).isEqualTo(query.runId());
            found.addAll(page.lines().lines());
            cursor = page.nextCursor();
        } while (cursor != null);
        return found;
    }

    /** Lines of three writers and streams, times in disorder and often equal, with gaps in the sequences. */
    private static List<LogLine> lines(Random random, int count) {
        var lines = new ArrayList<LogLine>();
        for (int i = 0; i < count; i++) {
            boolean hashed = random.nextInt(10) == 0;
            lines.add(new LogLine(
                    hashed ? "h-" + i : "writer-" + i % 3,
                    "stream-" + i % 2,
                    hashed ? 0 : i * (long) (1 + i % 5),
                    Math.max(0, i + random.nextInt(30) - 15),
                    LogLevel.values()[random.nextInt(6)],
                    "loss " + random.nextInt(30),
                    random.nextBoolean() ? i : null,
                    random.nextBoolean() ? "{\"epoch\":" + i + "}" : null));
        }
        // Identities must differ: two of these may not share writer, stream and sequence.
        var unique = new LinkedHashMap<String, LogLine>();
        lines.forEach(line -> unique.putIfAbsent(line.writer() + '|' + line.stream() + '|' + line.sequence(), line));
        return List.copyOf(unique.values());
    }

    private static List<LogLine> sorted(List<LogLine> lines) {
        return lines.stream().sorted(ORDER).toList();
    }

    protected static LogQuery query(String run, int limit) {
        return new LogQuery(run, null, limit, null, null, null, null, null);
    }

    private static String run() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
