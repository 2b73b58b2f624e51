package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.contract.live.LiveNews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What the operations do, the same in process and over HTTP. */
abstract class MetricOperationsContract {

    private static final long NOW = 1_763_000_000_000L;

    abstract MetricOperations operations();

    abstract StoreOperations store();

    @Test
    void appended_isReadAtOnce() {
        var run = newRun();
        for (int i = 0; i < 20; i++) {
            operations().append(batch(run, new Point("loss", NOW + i, i, i * 0.5)));
            assertThat(history(run, "loss")).hasSize(i + 1);
        }
    }

    @Test
    void sameBatchTwentyTimesAtOnce_isKeptOnce() throws Exception {
        var run = newRun();
        var points = IntStream.range(0, 100)
                .mapToObj(i -> new Point("k" + i % 10, NOW + i / 30, i / 10, i % 7 == 0 ? Double.NaN : i))
                .toList();
        var batch = new PointBatch("1", run, points);
        Callable<Void> append = () -> {
            operations().append(batch);
            return null;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(Collections.nCopies(20, append))) {
                done.get();
            }
        }
        for (int key = 0; key < 10; key++) {
            assertThat(history(run, "k" + key)).hasSize(10);
        }
    }

    @Test
    void everyValueAndName_crossesUnchanged() {
        var run = newRun() + " ünï/✓";
        var points = List.of(
                new Point("损失 😀", 0, Long.MIN_VALUE, Double.NaN),
                new Point("损失 😀", 1, Long.MAX_VALUE, Double.NEGATIVE_INFINITY),
                new Point("损失 😀", Long.MAX_VALUE, -1, Double.MIN_VALUE));
        operations().append(new PointBatch("'; DROP DATABASE victim; --", run, points));
        var page = operations().history(new HistoryQuery("'; DROP DATABASE victim; --", run, "损失 😀", null, 10));
        assertThat(page.points().points()).isEqualTo(points);
        assertThat(page.nextCursor()).isNull();
    }

    @Test
    void purgedRun_isEmptyAtOnce() {
        var run = newRun();
        var other = newRun();
        for (int i = 0; i < 20; i++) {
            operations().append(batch(run, new Point("loss", NOW + i, i, i)));
            operations().append(batch(other, new Point("loss", NOW + i, i, i)));
        }
        assertThat(operations().purge(new RunRef("1", run))).isEqualTo(new PurgedRun("1", run, 20));
        assertThat(history(run, "loss")).isEmpty();
        assertThat(history(other, "loss")).hasSize(20);
        assertThat(operations().purge(new RunRef("1", run))).isEqualTo(new PurgedRun("1", run, 0));
    }

    @Test
    void live_hearsWhatIsAppendedAfterItBeganAndGoesOnAfterACut() throws Exception {
        var run = newRun();
        var other = newRun();
        var before = new Point("loss", NOW, 0, 0);
        operations().append(batch(run, before));
        var fresh = List.of(new Point("loss", NOW, 1, Double.NaN), new Point("loss", NOW, 2, -0.0));
        String position;
        try (var live = operations().live(new LiveQuery(List.of(run, other), List.of("loss"), null))) {
            assertThat(live.missed()).isEmpty();
            operations().append(batch(newRun(), new Point("loss", NOW, 7, 7)));
            operations().append(batch(run, new Point("loss", NOW, 1, Double.NaN), new Point("acc", NOW, 1, 1)));
            operations().append(batch(other, new Point("loss", NOW, 2, -0.0)));
            operations().append(batch(run, new Point("acc", NOW, 2, 1)));
            var heard = new Heard();
            while (!heard.points.containsAll(fresh)) {
                heard.from(live, heard.points.size() + 1);
            }
            // What came a moment before may be heard too.
            assertThat(heard.points)
                    .filteredOn(point -> !point.equals(before))
                    .containsExactlyInAnyOrderElementsOf(fresh);
            position = heard.position;
        }
        operations().append(batch(run, new Point("loss", NOW, 3, 3)));
        operations().append(batch(run, new Point("loss", NOW, 4, 4)));
        try (var live = operations().live(new LiveQuery(List.of(run, other), List.of(), position))) {
            assertThat(live.missed()).isEmpty();
            var heard = new Heard();
            while (!heard.points.contains(new Point("loss", NOW, 4, 4))) {
                heard.from(live, heard.points.size() + 1);
            }
            assertThat(heard.points)
                    .endsWith(new Point("loss", NOW, 3, 3), new Point("loss", NOW, 4, 4))
                    .doesNotContain(new Point("loss", NOW, 1, Double.NaN));
        }
    }

    @Test
    void live_fromAPlaceThatIsNotKnown_saysWhichRunsToReadAgain() throws Exception {
        var run = newRun();
        try (var live = operations().live(new LiveQuery(List.of(run), List.of(), "0123456789abcdef-12"))) {
            assertThat(live.missed()).containsExactly(run);
            operations().append(batch(run, new Point("loss", NOW, 1, 1)));
            assertThat(new Heard().from(live, 1)).containsExactly(new Point("loss", NOW, 1, 1));
            assertThat(live.next(Duration.ofMillis(1))).isInstanceOf(LiveNews.Quiet.class);
            live.close();
            assertThat(live.next(Duration.ofSeconds(5))).isInstanceOf(LiveNews.Ended.class);
        }
    }

    @Test
    void live_ofNothingOrTooMuch_isRefused() {
        var many = IntStream.range(0, 101).mapToObj(i -> "run" + i).toList();
        for (var query : List.of(
                new LiveQuery(List.of(), List.of(), null),
                new LiveQuery(many, List.of(), null),
                new LiveQuery(List.of("r", "r"), List.of(), null),
                new LiveQuery(List.of("r"), many, null),
                new LiveQuery(List.of("r"), List.of(""), null))) {
            assertThatThrownBy(() -> operations().live(query))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class));
        }
    }

    @Test
    void pages_followEachOther() {
        var run = newRun();
        var points = new ArrayList<Point>();
        for (int i = 0; i < 2_500; i++) {
            points.add(new Point("loss", NOW + i, i, i));
        }
        operations().append(new PointBatch("1", run, points));
        var read = new ArrayList<Point>();
        String cursor = null;
        int pages = 0;
        do {
            var page = operations().history(new HistoryQuery("1", run, "loss", cursor, 1_000));
            read.addAll(page.points().points());
            cursor = page.nextCursor();
            pages++;
        } while (cursor != null);
        assertThat(read).isEqualTo(points);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void whatCanNeverBeKept_isRefused() {
        var run = newRun();
        assertInvalid(() -> operations().append(batch(run, new Point("loss", -1, 0, 1))));
        assertInvalid(() -> operations().append(batch(run, new Point("", NOW, 0, 1))));
        assertInvalid(() -> operations().append(batch(run, new Point("x".repeat(251), NOW, 0, 1))));
        assertInvalid(() -> operations().append(batch(run, new Point("a\0b", NOW, 0, 1))));
        assertInvalid(() -> operations().append(batch(run, new Point("a\uD800b", NOW, 0, 1))));
        assertInvalid(() -> operations().append(batch("", new Point("loss", NOW, 0, 1))));
        assertThat(problem(() -> operations().history(new HistoryQuery("1", run, "loss", "nonsense", 10))))
                .isEqualTo(new Problem.InvalidArgument("Invalid page token, it is damaged"));
        assertInvalid(() -> operations().history(new HistoryQuery("1", run, "loss", null, 0)));
        assertInvalid(() -> operations().history(new HistoryQuery("1", run, "loss", null, 50_001)));
        var tooMany = Collections.nCopies(100_001, new Point("loss", NOW, 0, 1));
        assertThat(problem(() -> operations().append(new PointBatch("1", run, tooMany))))
                .isInstanceOf(Problem.TooLarge.class);
        assertThat(history(run, "loss")).isEmpty();
    }

    @Test
    void manyRuns_areReadAtOnce() {
        var runs =
                IntStream.range(0, 100).mapToObj(_ -> new RunRef("1", newRun())).toList();
        for (int i = 0; i < runs.size(); i++) {
            operations().append(batch(runs.get(i).runId(), new Point("loss", NOW, i, i % 9 == 0 ? Double.NaN : i)));
        }
        for (var batches : List.of(
                operations().bulk(new BulkQuery(runs, "loss", 25_000)),
                operations().sample(new SampleQuery(runs, "loss", Long.MIN_VALUE, Long.MAX_VALUE, 320)))) {
            assertThat(batches).hasSize(100);
            for (int i = 0; i < 100; i++) {
                assertThat(batches.get(i).runId()).isEqualTo(runs.get(i).runId());
                assertThat(batches.get(i).points())
                        .containsExactly(new Point("loss", NOW, i, i % 9 == 0 ? Double.NaN : i));
            }
        }
        assertThat(operations().bulk(new BulkQuery(runs, "loss", 7))).hasSize(7);
        assertThat(operations().sample(new SampleQuery(runs, "loss", 200, 300, 1)))
                .hasSize(100)
                .allMatch(batch -> batch.points().isEmpty());
    }

    @Test
    void series_crossUnchanged() {
        var runs = List.of(newRun(), newRun());
        for (String run : runs) {
            var points = new ArrayList<Point>();
            for (int i = 0; i < 500; i++) {
                points.add(new Point("loss", NOW + i, 499 - i, i == 77 ? Double.NaN : i * 0.1));
            }
            points.add(new Point("损失 😀", NOW, Long.MIN_VALUE, Double.NEGATIVE_INFINITY));
            operations().append(new PointBatch("1", run, points));
        }
        var ranges = runs.stream()
                .map(run -> new RunRange("1", run, Long.MIN_VALUE, Long.MAX_VALUE))
                .toList();
        var series = operations().series(new SeriesQuery(ranges, List.of("损失 😀", "loss"), Axis.STEP, 20));
        assertThat(series).extracting(MetricSeries::key).containsExactly("损失 😀", "loss", "损失 😀", "loss");
        assertThat(series).extracting(MetricSeries::reduced).containsExactly(false, true, false, true);
        assertThat(series.get(2).points().runId()).isEqualTo(runs.get(1));
        assertThat(series.get(2).points().points())
                .containsExactly(new Point("损失 😀", NOW, Long.MIN_VALUE, Double.NEGATIVE_INFINITY));
        assertThat(series.get(3).points().points())
                .hasSizeLessThanOrEqualTo(20)
                .startsWith(new Point("loss", NOW + 499, 0, 499 * 0.1))
                .endsWith(new Point("loss", NOW, 499, 0))
                .contains(new Point("loss", NOW + 77, 499 - 77, Double.NaN));
    }

    @Test
    void questionsAboutTooManySeries_areRefused() {
        var all = new RunRange("1", newRun(), Long.MIN_VALUE, Long.MAX_VALUE);
        var keys = List.of("loss");
        var tooMany = IntStream.range(0, 101)
                .mapToObj(i -> new RunRange("1", "r" + i, 0, 1))
                .toList();
        var tooManyKeys = IntStream.range(0, 101).mapToObj(i -> "k" + i).toList();
        for (var query : List.of(
                new SeriesQuery(List.of(), keys, Axis.STEP, 100),
                new SeriesQuery(tooMany, keys, Axis.STEP, 12),
                new SeriesQuery(List.of(all, all), keys, Axis.STEP, 100),
                new SeriesQuery(List.of(all), List.of(), Axis.STEP, 100),
                new SeriesQuery(List.of(all), tooManyKeys, Axis.STEP, 12),
                new SeriesQuery(List.of(all), List.of("loss", "loss"), Axis.STEP, 100),
                new SeriesQuery(List.of(all), List.of(""), Axis.STEP, 100),
                new SeriesQuery(List.of(new RunRange("1", "r", 2, 1)), keys, Axis.TIME, 100),
                new SeriesQuery(List.of(all), keys, Axis.STEP, 11),
                new SeriesQuery(List.of(all), keys, Axis.STEP, 10_001),
                new SeriesQuery(tooMany.subList(0, 50), keys, Axis.STEP, 5_001))) {
            assertInvalid(() -> operations().series(query));
        }
    }

    @Test
    void questionsAboutTooMuch_areRefused() {
        var run = new RunRef("1", newRun());
        var tooMany =
                IntStream.range(0, 101).mapToObj(i -> new RunRef("1", "r" + i)).toList();
        assertInvalid(() -> operations().bulk(new BulkQuery(List.of(), "loss", 1)));
        assertInvalid(() -> operations().bulk(new BulkQuery(tooMany, "loss", 1)));
        assertInvalid(() -> operations().bulk(new BulkQuery(List.of(run, run), "loss", 1)));
        assertInvalid(() -> operations().bulk(new BulkQuery(List.of(run), "loss", 0)));
        assertInvalid(() -> operations().bulk(new BulkQuery(List.of(run), "loss", 50_001)));
        assertInvalid(() -> operations().bulk(new BulkQuery(List.of(run), "", 1)));
        assertInvalid(() -> operations().sample(new SampleQuery(List.of(), "loss", 0, 1, 1)));
        assertInvalid(() -> operations().sample(new SampleQuery(List.of(run), "loss", 1, 0, 1)));
        assertInvalid(() -> operations().sample(new SampleQuery(List.of(run), "loss", 0, 1, 0)));
        assertInvalid(() -> operations().sample(new SampleQuery(List.of(run), "loss", 0, 1, 2_501)));
    }

    @Test
    void emptyBatch_changesNothing() {
        operations().append(new PointBatch("1", newRun(), List.of()));
    }

    @Test
    void journal_tellsWhatItHolds() {
        assertThat(operations().journals().getFirst().maxBytes()).isPositive();
    }

    @Test
    void store_tellsItsEngine() {
        assertThat(store().status().available()).isTrue();
        assertThat(store().status().engine()).isEqualTo("InfluxDB");
    }

    private List<Point> history(String run, String key) {
        return operations()
                .history(new HistoryQuery("1", run, key, null, 50_000))
                .points()
                .points();
    }

    private static PointBatch batch(String run, Point... points) {
        return new PointBatch("1", run, List.of(points));
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThat(problem(call)).isInstanceOf(Problem.InvalidArgument.class);
    }

    private static Problem problem(ThrowingCallable call) {
        var problem = new Problem[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> problem[0] = e.problem());
        return problem[0];
    }

    static String newRun() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** What a listener heard so far. */
    private static final class Heard {

        private final List<Point> points = new ArrayList<>();
        private String position = "";

        private List<Point> from(LiveFeed live, int count) throws InterruptedException {
            while (points.size() < count) {
                var news = live.next(Duration.ofSeconds(20));
                assertThat(news).isInstanceOf(LiveNews.Fresh.class);
                if (news instanceof LiveNews.Fresh(String at, List<LiveNews.RunNews> runs)) {
                    position = at;
                    runs.forEach(run ->
                            points.addAll(PointBatch.fromBytes(run.bytes()).points()));
                }
            }
            return points;
        }
    }
}
