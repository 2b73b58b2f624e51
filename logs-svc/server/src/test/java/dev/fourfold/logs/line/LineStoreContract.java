package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LinePosition;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogCountQuery.By;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link LineStore} must do; an adapter's test only says how to get at its store. */
public abstract class LineStoreContract {

    private static final Comparator<LogLine> ORDER =
            Comparator.comparing(line -> LinePosition.of(new FoundLine("", line)));

    private final String run = run();

    /** The store under test; the same one for all tests is fine. */
    protected abstract LineStore store();

    /** The end of its lines. */
    protected abstract LineRetention retention();

    /** Removes every bucket behind the store's back, as a server does that expires documents. */
    protected abstract void losesBuckets() throws Exception;

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
        assertThat(all(query(run, 10).withFilter(LogFilter.message(text)))).containsExactly(line);
        assertThat(all(query(run, 10).withFilter(LogFilter.stream(name)))).containsExactly(line);
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
        put(List.of(new LogBatch(run, List.of(three, two, one)), new LogBatch(other, List.of(one))));

        assertThat(all(query(run, 10))).containsExactly(two, one, three);
        assertThat(all(query(other, 10))).containsExactly(one);
    }

    @Test
    void runs_whoseIdsBeginAlike_areKeptApart() throws Exception {
        String longer = run + "-2";
        var line = new LogLine("w", "stdout", 0, 1, LogLevel.INFO, "m", null, null);
        put(List.of(new LogBatch(longer, List.of(line))));

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
            var filters = new ArrayList<LogFilter>();
            if (level != null) {
                filters.add(new LogFilter.MinimumLevel(level));
            }
            if (stream != null) {
                filters.add(LogFilter.stream(stream));
            }
            if (text != null) {
                filters.add(LogFilter.message(text));
            }
            var query = query(run, 1 + random.nextInt(400))
                    .withFilter(new LogFilter.All(filters))
                    .between(from, to);
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

        var first = store().search(query(run, 60));
        assertThat(first.ofOneRun()).hasSize(60);
        var second = store().search(query(run, 60).after(first.nextCursor()));
        assertThat(second.ofOneRun()).hasSize(lines.size() - 60);
        assertThat(second.nextCursor()).isNull();
        assertThat(store().search(query(run, lines.size())).nextCursor()).isNull();
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
            var page = store().search(query(run, 90).after(cursor));
            seen.addAll(page.ofOneRun());
            cursor = page.nextCursor();
            // Some before what was read, some after.
            write(List.of(
                    new LogLine("late", "stdout", sequence++, random.nextInt(1_000), LogLevel.INFO, "late", null, null),
                    new LogLine("late", "stdout", sequence++, 5_000, LogLevel.INFO, "late", null, null)));
        } while (cursor != null && seen.size() < 5_000);

        assertThat(seen).doesNotHaveDuplicates().isSortedAccordingTo(ORDER).containsAll(early);
    }

    /** Any runs, filter, order, time and page size find what a plain look at every line finds. */
    @RepeatedTest(4)
    void search_ofSeveralRuns_inBothOrders_findsWhatIsThere() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var all = new ArrayList<FoundLine>();
        var runs = List.of(run(), run(), run());
        for (String one : runs) {
            var lines = lines(random, 200 + random.nextInt(700));
            put(List.of(new LogBatch(one, lines)));
            lines.forEach(line -> all.add(new FoundLine(one, line)));
        }
        for (int i = 0; i < 40; i++) {
            var filter = anyFilter(random, 2);
            Long from = random.nextBoolean() ? (long) random.nextInt(900) : null;
            Long to = random.nextBoolean() ? (long) random.nextInt(900) : null;
            var order = LogOrder.values()[random.nextInt(2)];
            var asked = runs.subList(0, 1 + random.nextInt(3));
            var query = new LogQuery(asked, filter, order, null, 1 + random.nextInt(400), from, to);
            var match = LineMatch.of(filter);

            assertThat(allFound(query))
                    .as("seed " + seed + " " + query)
                    .isEqualTo(all.stream()
                            .filter(found -> asked.contains(found.runId())
                                    && match.holds(found.line())
                                    && (from == null || found.line().timeNanos() >= from)
                                    && (to == null || found.line().timeNanos() < to))
                            .sorted(Comparator.comparing(LinePosition::of, LinePosition.in(order)))
                            .toList());
        }
    }

    /** Any filter, time, interval and grouping counts what a plain look at every line counts. */
    @RepeatedTest(4)
    void counts_areThoseOfTheLines() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var runs = List.of(run(), run());
        var all = new ArrayList<FoundLine>();
        for (String one : runs) {
            var lines = lines(random, 200 + random.nextInt(1_500));
            put(List.of(new LogBatch(one, lines)));
            lines.forEach(line -> all.add(new FoundLine(one, line)));
        }
        for (int i = 0; i < 40; i++) {
            var filter = anyFilter(random, 2);
            long from = random.nextInt(500);
            long to = from + 1 + random.nextInt(1_500);
            long interval = 1 + random.nextInt(2_000);
            Set<By> by = EnumSet.noneOf(By.class);
            for (By one : By.values()) {
                if (random.nextBoolean()) {
                    by.add(one);
                }
            }
            var query = new LogCountQuery(runs, filter, from, to, interval, by);
            var match = LineMatch.of(filter);
            var expected = all.stream()
                    .filter(found -> match.holds(found.line())
                            && found.line().timeNanos() >= from
                            && found.line().timeNanos() < to)
                    .map(found -> new LogCount(
                            from + (found.line().timeNanos() - from) / interval * interval,
                            by.contains(By.RUN) ? found.runId() : null,
                            by.contains(By.STREAM) ? found.line().stream() : null,
                            by.contains(By.LEVEL) ? found.line().level() : null,
                            1))
                    .toList();

            assertThat(store().counts(query))
                    .as("seed " + seed + " " + query)
                    .isEqualTo(LogCount.sum(List.of(expected)));
        }
    }

    @Test
    void extents_tellWhatARunHas() throws Exception {
        write(List.of(
                new LogLine("w", "stdout", 0, 7, LogLevel.INFO, "1234567890", null, null),
                new LogLine("w", "stderr", 0, 5, LogLevel.INFO, "ü", null, "{}")));

        assertThat(store().extents(List.of(run(), run, run)))
                .containsExactly(new LogExtent(run, 5, 7, 2, 64 + 10 + 64 + 2 + 2));
    }

    @Test
    void pages_newestFirst_whileLinesArrive_repeatAndSkipNothing() throws Exception {
        var random = new Random(6);
        var early = lines(random, 1_000);
        write(early);
        var seen = new ArrayList<LogLine>();
        String cursor = null;
        long sequence = 1_000_000;
        do {
            var page = store().search(
                            query(run, 90).withOrder(LogOrder.NEWEST_FIRST).after(cursor));
            seen.addAll(page.ofOneRun());
            cursor = page.nextCursor();
            write(List.of(
                    new LogLine("late", "stdout", sequence++, random.nextInt(1_000), LogLevel.INFO, "late", null, null),
                    new LogLine("late", "stdout", sequence++, 5_000, LogLevel.INFO, "late", null, null)));
        } while (cursor != null && seen.size() < 5_000);

        assertThat(seen)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(ORDER.reversed())
                .containsAll(early);
    }

    @Test
    void fields_areFoundByNameAndByPath() throws Exception {
        var line = new LogLine(
                "w",
                "stdout",
                0,
                1,
                LogLevel.INFO,
                "m",
                null,
                "{\"phase\":\"train\",\"a\":{\"b\":{\"c\":1.50},\"x\":[1]},\"a.b\":true,\"n\":null,\"é\\n\":\"ü\"}");
        write(List.of(line, new LogLine("w", "stdout", 1, 2, LogLevel.INFO, "m", null, null)));

        for (var good : Map.of("phase", "train", "a.b.c", "1.50", "a.b", "true", "é\n", "ü")
                .entrySet()) {
            assertThat(all(query(run, 10).withFilter(LogFilter.field(good.getKey(), good.getValue()))))
                    .as(good.toString())
                    .containsExactly(line);
        }
        for (var bad : Map.of("phase", "Train", "a.b.c", "1.5", "n", "null", "a.x", "1", "a", "", "b", "true")
                .entrySet()) {
            assertThat(all(query(run, 10).withFilter(LogFilter.field(bad.getKey(), bad.getValue()))))
                    .as(bad.toString())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "WORDS, loss epoch, true",
        "WORDS, EPOCH 3, true",
        "WORDS, epo, false",
        "WORDS, 'loss,', true",
        "WORDS, 0, true",
        "WORDS, epoch missing, false",
        "CONTAINS, poch 3, true",
        "CONTAINS, EPOCH, false",
        "CONTAINS_ANY_CASE, EPOCH, true",
        "REGEX, '^Epoch \\d+: loss=0\\.', true",
        "REGEX, '(?i)LOSS', true",
        "REGEX, '^loss', false",
        "REGEX_WHOLE, 'Epoch.*', true",
        "REGEX_WHOLE, 'Epoch', false",
        "EQUALS, 'Epoch 3: loss=0.25', true"
    })
    void message_matches(LogFilter.Match match, String text, boolean found) throws Exception {
        write(List.of(new LogLine("w", "stdout", 0, 1, LogLevel.INFO, "Epoch 3: loss=0.25", null, null)));
        LogFilter filter = new LogFilter.Text(LogFilter.Part.MESSAGE, "", match, text);

        assertThat(all(query(run, 10).withFilter(filter))).hasSize(found ? 1 : 0);
        assertThat(all(query(run, 10).withFilter(new LogFilter.Not(filter)))).hasSize(found ? 0 : 1);
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
        var page = store().search(query(run, 10_000));
        assertThat(page.ofOneRun().size()).isBetween(1, 9);
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
        put(List.of(new LogBatch(longer, lines)));

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

    private void put(List<LogBatch> batches) throws Exception {
        store().write(batches.stream()
                .map(batch -> new ReceivedLines(batch, Instant.EPOCH))
                .toList());
    }

    protected final void write(List<LogLine> lines) throws Exception {
        put(List.of(new LogBatch(run, lines)));
    }

    /** All pages of a query. */
    protected final List<LogLine> all(LogQuery query) throws Exception {
        var found = new ArrayList<LogLine>();
        LogPage page;
        String cursor = null;
        do {
            page = store().search(query.after(cursor));
            assertThat(page.ofOneRun()).hasSizeLessThanOrEqualTo(query.limit());
            assertThat(page.lines())
                    .allSatisfy(one -> assertThat(query.runIds()).contains(one.runId()));
            found.addAll(page.ofOneRun());
            cursor = page.nextCursor();
        } while (cursor != null);
        return found;
    }

    private List<FoundLine> allFound(LogQuery query) throws Exception {
        var found = new ArrayList<FoundLine>();
        String cursor = null;
        do {
            var page = store().search(query.after(cursor));
            found.addAll(page.lines());
            cursor = page.nextCursor();
        } while (cursor != null);
        return found;
    }

    /** Lines of a class, received at an hour. */
    private void receive(String runId, String retentionClass, int hour, List<LogLine> lines) throws Exception {
        store().write(List.of(new ReceivedLines(new LogBatch(runId, lines, retentionClass), hour(hour))));
    }

    private static Instant hour(int hour) {
        return Instant.EPOCH.plus(Duration.ofHours(hour));
    }

    private static List<LogLine> numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new LogLine("w", "stdout", i, i, LogLevel.INFO, "line " + i, null, null))
                .toList();
    }

    private List<String> due(String retentionClass, int hour) throws Exception {
        return retention().due(retentionClass, hour(hour), _ -> true, 1_000);
    }

    @Test
    void sweep_removesTheBucketsThatNothingCameForSince() throws Exception {
        String name = "c" + run.substring(0, 20);
        receive(run, name, 1, numbered(0, 600)); // Three buckets, the last not full.
        receive(run, name, 5, numbered(600, 700));

        assertThat(due(name, 1)).isEmpty();
        assertThat(due("other-" + name.substring(0, 10), 9)).isEmpty();
        assertThat(due(name, 3)).containsExactly(run);
        assertThat(retention().due(name, hour(3), _ -> false, 1_000)).isEmpty();
        assertThat(retention().sweep(run, hour(3))).isEqualTo(new LineRetention.Swept(2, 512));
        assertThat(retention().sweep(run, hour(3))).isEqualTo(new LineRetention.Swept(0, 0));

        assertThat(due(name, 3)).isEmpty();
        assertThat(all(query(run, 100))).isEqualTo(numbered(512, 700));
        assertThat(store().count(run)).isEqualTo(188);
        assertThat(due(name, 6)).containsExactly(run);
        assertThat(retention().sweep(run, hour(6))).isEqualTo(new LineRetention.Swept(1, 188));
        assertThat(due(name, 9)).isEmpty();
        assertThat(store().extents(List.of(run))).isEmpty();
        assertThat(all(query(run, 100))).isEmpty();
    }

    @Test
    void sweep_ofManyChunks_leavesWhatIsYoung_andTheRunGoesOn() throws Exception {
        String name = "c" + run.substring(0, 20);
        for (int i = 0; i < 3; i++) {
            receive(run, name, i, sparse(i * 300, 300)); // A line a bucket, 300 buckets.
        }
        assertThat(retention().sweep(run, hour(2))).isEqualTo(new LineRetention.Swept(600, 600));
        assertThat(all(query(run, 1_000))).isEqualTo(sparse(600, 300));

        receive(run, name, 9, sparse(0, 1_000));
        assertThat(all(query(run, 1_000))).isEqualTo(sparse(0, 1_000));
        // The third hundreds came once more, and changed nothing.
        assertThat(retention().sweep(run, hour(3))).isEqualTo(new LineRetention.Swept(300, 300));
        assertThat(store().count(run)).isEqualTo(700);
    }

    @Test
    void sweep_ofMoreChunksThanOneGoesThrough_leavesTheRunDueUntilAllAreGone() throws Exception {
        String name = "c" + run.substring(0, 20);
        for (int i = 0; i < 10; i++) {
            receive(run, name, 1, sparse(i * 256, 256));
        }
        receive(run, name, 5, sparse(2_560, 1));
        assertThat(retention().sweep(run, hour(3))).isEqualTo(new LineRetention.Swept(2_048, 2_048));
        assertThat(due(name, 3)).containsExactly(run);
        assertThat(retention().sweep(run, hour(3))).isEqualTo(new LineRetention.Swept(512, 512));
        assertThat(due(name, 3)).isEmpty();
        assertThat(all(query(run, 100))).isEqualTo(sparse(2_560, 1));
    }

    private static List<LogLine> sparse(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new LogLine("w", "stdout", i * 256L, i, LogLevel.INFO, "line " + i, null, null))
                .toList();
    }

    @Test
    void sweep_thatCameToNothingMidway_isFinishedByTheNext() throws Exception {
        String name = "c" + run.substring(0, 20);
        receive(run, name, 1, numbered(0, 600));
        losesBuckets(); // As a kill after the buckets went and before the index said so.

        assertThat(all(query(run, 100))).isEmpty();
        assertThat(due(name, 3)).containsExactly(run);
        retention().sweep(run, hour(3));
        assertThat(due(name, 3)).isEmpty();
        assertThat(store().extents(List.of(run))).isEmpty();
    }

    /** A server that expires documents leaves the index behind; what comes then must be neither lost nor swept too early. */
    @Test
    void bucket_thatTheServerExpired_andThatLinesCameFor_staysAsLongAsThey() throws Exception {
        String name = "c" + run.substring(0, 20);
        receive(run, name, 1, numbered(0, 300));
        losesBuckets();
        receive(run, name, 5, numbered(100, 110));

        assertThat(all(query(run, 100))).isEqualTo(numbered(100, 110));
        retention().sweep(run, hour(3));
        assertThat(all(query(run, 100))).isEqualTo(numbered(100, 110));
        assertThat(store().count(run)).isEqualTo(10);
        retention().sweep(run, hour(6));
        assertThat(all(query(run, 100))).isEmpty();
    }

    @Test
    void lines_withoutAClass_areOfTheDefaultOne_andAPurgedRunIsNotDue() throws Exception {
        write(numbered(0, 10));
        assertThat(due(LineRetention.DEFAULT, 1)).contains(run);
        store().purge(run);
        assertThat(due(LineRetention.DEFAULT, 1)).doesNotContain(run);
    }

    private static LogFilter anyFilter(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> LogFilter.EVERY_LINE;
            case 1 -> new LogFilter.MinimumLevel(LogLevel.values()[random.nextInt(6)]);
            case 2 -> LogFilter.stream("stream-" + random.nextInt(3));
            case 3 -> LogFilter.message("LOSS " + random.nextInt(30));
            case 4 ->
                new LogFilter.Text(
                        LogFilter.Part.WRITER, "", LogFilter.Match.REGEX, random.nextBoolean() ? "^h-" : "writer-[01]");
            case 5 -> new LogFilter.Text(LogFilter.Part.FIELD, "epoch", LogFilter.Match.CONTAINS, "7");
            case 6 -> new LogFilter.Not(anyFilter(random, depth - 1));
            case 7 -> new LogFilter.Any(List.of(anyFilter(random, depth - 1), anyFilter(random, depth - 1)));
            default -> new LogFilter.All(List.of(anyFilter(random, depth - 1), anyFilter(random, depth - 1)));
        };
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
        return LogQuery.ofRun(run, limit);
    }

    private static String run() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
