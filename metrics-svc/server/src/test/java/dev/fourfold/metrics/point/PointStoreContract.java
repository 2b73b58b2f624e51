package dev.fourfold.metrics.point;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** What every store of points does. An engine's test says only how a store on it is opened. */
public abstract class PointStoreContract {

    protected static final String EXPERIMENT = "1";
    private static final long NOW = 1_763_000_000_000L;

    /** A store that knows nothing but what is on the one engine of this test class. */
    protected abstract PointStore open();

    @Test
    void unknownRun_hasAnEmptyPage() throws Exception {
        try (var store = open()) {
            var page = store.read(new HistoryQuery(EXPERIMENT, newRun(), "loss", null, 10));
            assertThat(page.points().points()).isEmpty();
            assertThat(page.nextCursor()).isNull();
        }
    }

    @Test
    void ordinaryTraining_comesBackInOrder() throws Exception {
        var points = new ArrayList<Point>();
        for (int step = 0; step < 200; step++) {
            for (String key : List.of("loss", "accuracy", "val/loss", "system/cpu utilization")) {
                points.add(new Point(key, NOW + step * 7L, step, Math.sin(step) * key.length()));
            }
        }
        assertKept(points);
    }

    @Test
    void manyStepsInOneMillisecond_areAllKept() throws Exception {
        assertKept(IntStream.range(0, 3_000)
                .mapToObj(i -> new Point("loss", NOW, i, 1.0 / (i + 1)))
                .toList());
    }

    @Test
    void severalValuesOfOneTimestampAndStep_areAllKept() throws Exception {
        assertKept(IntStream.range(0, 300)
                .mapToObj(i -> new Point("loss", NOW, 0, (i * 7919) % 300))
                .toList());
    }

    @Test
    void oneValueAtATime_isTheSameAsAllAtOnce() throws Exception {
        var run = newRun();
        var points = List.of(
                new Point("loss", NOW, 0, 1),
                new Point("loss", NOW, 0, 2),
                new Point("loss", NOW, 0, 1),
                new Point("loss", NOW, 0, 3),
                new Point("loss", NOW - 1, 0, 3),
                new Point("loss", NOW, 0, 2));
        for (Point point : points) {
            try (var store = open()) {
                store.write(List.of(batch(run, List.of(point))));
            }
        }
        assertHistories(run, points, 2);
    }

    @Test
    void stepsThatShareTheirLastDigits_areToldApart() throws Exception {
        assertKept(List.of(
                new Point("loss", NOW, 5, 1),
                new Point("loss", NOW, 1_000_005, 1),
                new Point("loss", NOW, 2_000_005, 1),
                new Point("loss", NOW, -999_995, 1),
                new Point("loss", NOW, Long.MIN_VALUE, 1),
                new Point("loss", NOW, Long.MAX_VALUE, 1),
                new Point("loss", NOW, -1, 1),
                new Point("loss", NOW, 999_999, 1)));
    }

    @Test
    void everyDouble_comesBackToTheLastBit() throws Exception {
        double[] values = {
            0.0,
            1.0,
            -1.0,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            0.1,
            1.0 / 3,
            9007199254740993.0,
            1e22,
            1e23,
            5e-324,
            2.2250738585072011e-308
        };
        var points = new ArrayList<Point>();
        for (int i = 0; i < values.length; i++) {
            points.add(new Point("each", NOW + i, i, values[i]));
            points.add(new Point("together", NOW, 0, values[i]));
        }
        points.add(new Point("minus zero", NOW, 0, -0.0));
        var random = new Random(17);
        for (int i = 0; i < 500; i++) {
            points.add(new Point("bits", NOW + i, i, Double.longBitsToDouble(random.nextLong())));
        }
        assertKept(points);
    }

    @Test
    void equalValues_areKeptOnceWithTheBitsThatCameFirst() throws Exception {
        var run = newRun();
        try (var store = open()) {
            store.write(List.of(batch(
                    run,
                    List.of(
                            new Point("zero", NOW, 0, -0.0),
                            new Point("zero", NOW, 0, 0.0),
                            new Point("nan", NOW, 0, Double.NaN),
                            new Point("nan", NOW, 0, Double.longBitsToDouble(0x7ff8000000000001L)),
                            new Point("side", NOW, 0, 5),
                            new Point("side", NOW, 0, 0.0),
                            new Point("side", NOW, 0, -0.0)))));
            store.write(List.of(batch(run, List.of(new Point("zero", NOW, 0, 0.0)))));
            assertThat(Histories.exact(Histories.read(store, EXPERIMENT, run, "zero", 10)))
                    .containsExactly("zero " + NOW + " 0 -0.0 8000000000000000");
            assertThat(Histories.read(store, EXPERIMENT, run, "nan", 10)).hasSize(1);
            assertThat(Histories.exact(Histories.read(store, EXPERIMENT, run, "side", 10)))
                    .containsExactly("side " + NOW + " 0 0.0 0", "side " + NOW + " 0 5.0 4014000000000000");
        }
    }

    @Test
    void timestampsFarFromNow_areKept() throws Exception {
        assertKept(List.of(
                new Point("loss", 0, 0, 1),
                new Point("loss", 1, -3, 1),
                new Point("loss", (1L << 42) - 1, 999_999, 1),
                new Point("loss", 1L << 42, 0, 1),
                new Point("loss", (1L << 42) + 1, 0, 1),
                new Point("loss", NOW * 1_000, 7, 1),
                new Point("loss", NOW * 1_000 + 1, 7, 1),
                new Point("loss", NOW * 1_000_000, 7, 1),
                new Point("loss", NOW * 1_000_000 + 1, 7, 1),
                new Point("loss", NOW * 1_000_000 + 1, 7, 2),
                new Point("loss", Long.MAX_VALUE / 2, Long.MIN_VALUE, 1),
                new Point("loss", Long.MAX_VALUE, Long.MAX_VALUE, 1),
                new Point("loss", Long.MAX_VALUE, Long.MAX_VALUE, Double.NaN),
                new Point("loss", Long.MAX_VALUE - 1, 0, 1)));
    }

    @Test
    void awkwardKeys_areDifferentAndPlain() throws Exception {
        var points = new ArrayList<Point>();
        for (String key : Points.KEYS) {
            points.add(new Point(key, NOW, 1, key.hashCode()));
            points.add(new Point(key, NOW + 1, 2, Double.NaN));
            points.add(new Point(key, NOW + 1, 2, 4));
            points.add(new Point(key, NOW + 1, 2, 5));
        }
        assertKept(points);
    }

    @Test
    void awkwardRunsAndExperiments_areDataAndStayApart() throws Exception {
        try (var store = open()) {
            var suffix = UUID.randomUUID().toString();
            for (String experiment : List.of(suffix, "' OR 1=1 --" + suffix, "\"; DROP DATABASE victim; --" + suffix)) {
                for (String run : Points.KEYS) {
                    store.write(List.of(new PointBatch(
                            experiment, run + suffix + "\\", List.of(new Point("loss", NOW, 1, run.hashCode())))));
                }
            }
            for (String experiment : List.of(suffix, "' OR 1=1 --" + suffix, "\"; DROP DATABASE victim; --" + suffix)) {
                for (String run : Points.KEYS) {
                    if (experiment.equals(suffix)) {
                        assertThat(Histories.read(store, experiment, run + suffix + "\\", "loss", 10))
                                .extracting(Point::value)
                                .contains((double) run.hashCode());
                    }
                }
            }
        }
    }

    @Test
    void outOfOrderPoints_areAllKept() throws Exception {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 2_000; i++) {
            points.add(new Point("loss", NOW + i / 2, i % 2, i));
        }
        Collections.shuffle(points, new Random(3));
        var run = newRun();
        for (int i = 0; i < points.size(); i += 400) {
            try (var store = open()) {
                store.write(List.of(batch(run, points.subList(i, i + 400))));
                store.write(List.of(batch(run, points.subList(i, i + 200))));
            }
        }
        assertHistories(run, points, 300);
    }

    @Test
    void pages_endWhereTheHistoryEnds() throws Exception {
        var run = newRun();
        try (var store = open()) {
            store.write(List.of(batch(
                    run,
                    IntStream.range(0, 10)
                            .mapToObj(i -> new Point("loss", NOW + i, i, i))
                            .toList())));
            var first = store.read(new HistoryQuery(EXPERIMENT, run, "loss", null, 5));
            assertThat(first.points().points()).hasSize(5);
            var second = store.read(new HistoryQuery(EXPERIMENT, run, "loss", first.nextCursor(), 5));
            assertThat(second.points().points()).hasSize(5);
            assertThat(second.nextCursor()).isNull();
        }
    }

    @Test
    void writesOfSeveralRuns_doNotMix() throws Exception {
        var runs = List.of(newRun(), newRun(), newRun());
        try (var store = open()) {
            var batches = new ArrayList<PointBatch>();
            for (int i = 0; i < 30; i++) {
                batches.add(batch(runs.get(i % 3), List.of(new Point("loss", NOW + i, i, i))));
            }
            store.write(batches);
            for (int run = 0; run < 3; run++) {
                int remainder = run;
                assertThat(Histories.read(store, EXPERIMENT, runs.get(run), "loss", 4))
                        .hasSize(10)
                        .allMatch(point -> point.step() % 3 == remainder);
            }
        }
    }

    @Test
    void bulk_givesRunAfterRunUntilTheLimit() throws Exception {
        var histories = oddHistories();
        var runs = refs(histories);
        int total = histories.values().stream().mapToInt(List::size).sum();
        try (var store = open()) {
            for (int limit : List.of(1, 40, total / 2, total, total + 1, 50_000)) {
                var expected = new ArrayList<String>();
                histories.forEach((run, points) -> Histories.exact(points).forEach(point -> expected.add(run + point)));
                var read = new ArrayList<String>();
                for (PointBatch batch : store.bulk(new BulkQuery(runs, "loss", limit))) {
                    assertThat(batch.points()).isNotEmpty();
                    Histories.exact(batch.points()).forEach(point -> read.add(batch.runId() + point));
                }
                assertThat(read).isEqualTo(expected.subList(0, Math.min(limit, total)));
            }
            assertThat(store.bulk(new BulkQuery(runs, "unknown", 10))).isEmpty();
        }
    }

    @Test
    void sample_choosesAsNtileDoes() throws Exception {
        var histories = oddHistories();
        var runs = refs(histories);
        try (var store = open()) {
            for (int most : List.of(1, 2, 7, 64, 320, 2_500)) {
                assertSampled(store, histories, new SampleQuery(runs, "loss", Long.MIN_VALUE, Long.MAX_VALUE, most));
                assertSampled(store, histories, new SampleQuery(runs, "loss", 3, 40, most));
            }
            assertThat(store.sample(new SampleQuery(runs, "unknown", 0, 10, 5)))
                    .hasSameSizeAs(runs)
                    .allMatch(batch -> batch.points().isEmpty());
        }
    }

    @Test
    void status_tellsTheEngine() {
        try (var store = open()) {
            var status = store.status();
            assertThat(status.available()).isTrue();
            assertThat(status.part()).isEqualTo(store.part());
            assertThat(status.where()).doesNotContain("password");
        }
    }

    @Property(tries = 60)
    void anything_inAnyOrderAndRepeated_comesBackAsMlflowSays(
            @ForAll("points") List<Point> points, @ForAll Random random) throws Exception {
        var run = newRun();
        PointStore store = open();
        try {
            int at = 0;
            while (at < points.size()) {
                var batches = new ArrayList<PointBatch>();
                int from = at;
                do {
                    int to = Math.min(points.size(), at + 1 + random.nextInt(8));
                    batches.add(batch(run, points.subList(at, to)));
                    at = to;
                } while (at < points.size() && random.nextBoolean());
                store.write(batches);
                if (random.nextInt(3) == 0) {
                    store.write(batches);
                }
                if (random.nextInt(4) == 0) {
                    store.close();
                    store = open();
                }
                if (random.nextInt(4) == 0) {
                    // A replay begins at some earlier point, with other cuts.
                    at = random.nextInt(from + 1);
                    if (random.nextBoolean()) {
                        store.write(List.of(batch(run, points.subList(at, from))));
                        at = from;
                    }
                }
            }
            store.write(List.of(batch(run, points)));
            assertHistories(store, run, points, 1 + random.nextInt(20));
        } finally {
            store.close();
        }
    }

    @Property(tries = 25)
    void series_areWhatTheModelSays(@ForAll("series") List<Point> points, @ForAll("ranges") long[] range)
            throws Exception {
        var run = newRun();
        try (var store = open()) {
            store.write(List.of(batch(run, points)));
            for (Axis axis : Axis.values()) {
                for (int most : new int[] {12, 30}) {
                    assertSeries(store, run, points, axis, range[0], range[1], most);
                    assertSeries(store, run, points, axis, Long.MIN_VALUE, Long.MAX_VALUE, most);
                }
            }
        }
    }

    @Test
    void manySeries_comeRunAfterRunAndKeyAfterKey() throws Exception {
        var runs = IntStream.range(0, 30).mapToObj(_ -> newRun()).toList();
        var keys = List.of("b", "none", "a");
        try (var store = open()) {
            var batches = new ArrayList<PointBatch>();
            for (int i = 0; i < 30; i++) {
                batches.add(batch(
                        runs.get(i), List.of(new Point("a", NOW + i, i, i), new Point("b", NOW - i, i, Double.NaN))));
            }
            store.write(batches);
            for (Axis axis : Axis.values()) {
                var series = store.series(new SeriesQuery(unbounded(runs), keys, axis, 100));
                assertThat(series).hasSize(90).noneMatch(MetricSeries::reduced);
                for (int i = 0; i < 90; i++) {
                    var one = series.get(i);
                    String key = keys.get(i % 3);
                    assertThat(one.key()).isEqualTo(key);
                    assertThat(one.points().runId()).isEqualTo(runs.get(i / 3));
                    assertThat(one.points().points()).hasSize(key.equals("none") ? 0 : 1);
                    assertThat(one.points().points())
                            .allMatch(point -> point.key().equals(key));
                }
            }
        }
    }

    @Test
    void longSeries_keepTheirEnvelopeOnEitherAxisAndWhileTheyGrow() throws Exception {
        var random = new Random(11);
        var run = newRun();
        var points = new ArrayList<Point>();
        for (int i = 0; i < 6_000; i++) {
            // Steps go back each thousand, and once some come late.
            long step = i < 3_000 ? i * 3L : (i % 1_000) * 3L + i / 1_000;
            long time = NOW + (i / 500 == 7 ? 100L : i * 20L) + random.nextInt(15);
            points.add(new Point("loss", time, step, random.nextGaussian()));
        }
        try (var store = open()) {
            for (int from = 0; from < points.size(); from += 1_500) {
                store.write(List.of(batch(run, points.subList(from, from + 1_500))));
                var written = points.subList(0, from + 1_500);
                for (Axis axis : Axis.values()) {
                    assertEnvelope(store, run, written, axis, Long.MIN_VALUE, Long.MAX_VALUE, 102);
                    long start = axis == Axis.TIME ? NOW + 5_000 : 700;
                    assertEnvelope(store, run, written, axis, start, start + 3_000, 102);
                    assertEnvelope(store, run, written, axis, start, start + 90_000, 102);
                }
            }
        }
    }

    @Test
    void valuesThatAreNotFinite_doNotVanish() throws Exception {
        var run = newRun();
        var points = new ArrayList<Point>();
        for (int i = 0; i < 1_000; i++) {
            double value = i == 17
                    ? Double.NaN
                    : i == 500 ? Double.POSITIVE_INFINITY : i == 900 ? Double.NEGATIVE_INFINITY : Math.cos(i);
            points.add(new Point("loss", NOW + i, i, value));
        }
        try (var store = open()) {
            store.write(List.of(batch(run, points)));
            for (Axis axis : Axis.values()) {
                var series = store.series(new SeriesQuery(unbounded(List.of(run)), List.of("loss"), axis, 12))
                        .getFirst();
                assertThat(series.points().points())
                        .contains(points.get(17), points.get(500), points.get(900))
                        .hasSizeLessThanOrEqualTo(12);
            }
        }
    }

    /** Series with few places and values, so that buckets fill and extremes are equal. */
    @Provide
    Arbitrary<List<Point>> series() {
        Arbitrary<Long> timestamps = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.longs().between(NOW, NOW + 400)),
                Tuple.of(1, Arbitraries.of(0L, 1L << 42, Long.MAX_VALUE)));
        Arbitrary<Long> steps = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.longs().between(0, 300)),
                Tuple.of(1, Arbitraries.of(-1L, 1_000_000L, 5_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE)));
        Arbitrary<Double> values = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.of(-0.0, 0.0, 1.0, 2.0, -1.0)),
                Tuple.of(4, Arbitraries.doubles().between(-3, 3)),
                Tuple.of(
                        1,
                        Arbitraries.of(
                                Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE)));
        return Combinators.combine(Arbitraries.just("loss"), timestamps, steps, values)
                .as(Point::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(120);
    }

    /** From and to, some of time and some of steps. */
    @Provide
    Arbitrary<long[]> ranges() {
        Arbitrary<Long> ends = Arbitraries.oneOf(
                Arbitraries.longs().between(-10, 310),
                Arbitraries.longs().between(NOW - 10, NOW + 410),
                Arbitraries.of((1L << 42) - 1, 1L << 42, Long.MAX_VALUE - 1));
        return Combinators.combine(ends, ends).as((a, b) -> new long[] {Math.min(a, b), Math.max(a, b)});
    }

    /** The series is what the model says, to the last bit. */
    protected static void assertSeries(
            PointStore store, String run, List<Point> points, Axis axis, long from, long to, int most)
            throws StoreUnavailableException {
        var query = new SeriesQuery(List.of(new RunRange(EXPERIMENT, run, from, to)), List.of("loss"), axis, most);
        var series = store.series(query).getFirst();
        var history = Histories.model(points).getOrDefault("loss", List.of());
        long inRange = history.stream()
                .mapToLong(point -> axis == Axis.STEP ? point.step() : point.timestampMillis())
                .filter(place -> place >= from && place <= to)
                .count();
        assertThat(Histories.exact(series.points().points()))
                .as("%s from %s to %s, at most %s", axis, from, to, most)
                .isEqualTo(Histories.exact(Histories.reduced(history, axis, from, to, most)));
        assertThat(series.reduced()).isEqualTo(inRange > most);
    }

    /** Every point has a stored one at most two buckets away that is no greater, and one that is no less. */
    protected static void assertEnvelope(
            PointStore store, String run, List<Point> points, Axis axis, long from, long to, int most)
            throws StoreUnavailableException {
        var query = new SeriesQuery(List.of(new RunRange(EXPERIMENT, run, from, to)), List.of("loss"), axis, most);
        var kept = store.series(query).getFirst().points().points();
        ToLongFunction<Point> place = point -> axis == Axis.STEP ? point.step() : point.timestampMillis();
        var wanted = points.stream()
                .filter(point -> place.applyAsLong(point) >= from && place.applyAsLong(point) <= to)
                .toList();
        assertThat(kept).hasSizeLessThanOrEqualTo(most).isSubsetOf(wanted);
        if (wanted.isEmpty()) {
            return;
        }
        var summary = wanted.stream().mapToLong(place).summaryStatistics();
        assertThat(place.applyAsLong(kept.getFirst())).isEqualTo(summary.getMin());
        assertThat(place.applyAsLong(kept.getLast())).isEqualTo(summary.getMax());
        long near = 2 * ((summary.getMax() - summary.getMin()) / ((most - 2) / 2) + 1);
        for (Point point : wanted) {
            var around = kept.stream()
                    .filter(other -> Math.abs(place.applyAsLong(other) - place.applyAsLong(point)) <= near)
                    .mapToDouble(Point::value)
                    .summaryStatistics();
            assertThat(around.getMin()).isLessThanOrEqualTo(point.value());
            assertThat(around.getMax()).isGreaterThanOrEqualTo(point.value());
        }
    }

    private static List<RunRange> unbounded(List<String> runs) {
        return runs.stream()
                .map(run -> new RunRange(EXPERIMENT, run, Long.MIN_VALUE, Long.MAX_VALUE))
                .toList();
    }

    @Provide
    Arbitrary<List<Point>> points() {
        Arbitrary<String> keys = Arbitraries.oneOf(Arbitraries.of("loss", "time"), Arbitraries.of(Points.KEYS));
        Arbitrary<Long> timestamps = Arbitraries.oneOf(
                Arbitraries.of(NOW, NOW + 1, NOW + 2),
                Arbitraries.of(0L, 1L, (1L << 42) - 1, 1L << 42, 1L << 50, Long.MAX_VALUE / 2, Long.MAX_VALUE),
                Arbitraries.longs().between(0, Long.MAX_VALUE));
        Arbitrary<Long> steps = Arbitraries.oneOf(
                Arbitraries.of(0L, 1L, 5L),
                Arbitraries.of(999_999L, 1_000_000L, 1_000_005L, -1L, -999_995L, Long.MIN_VALUE, Long.MAX_VALUE),
                Arbitraries.longs());
        Arbitrary<Double> values = Arbitraries.oneOf(
                Arbitraries.of(0.0, -0.0, 1.0, -1.0, Double.NaN),
                Arbitraries.of(
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.MIN_VALUE,
                        Double.MAX_VALUE,
                        -Double.MIN_VALUE),
                Arbitraries.longs().map(Double::longBitsToDouble));
        return Combinators.combine(keys, timestamps, steps, values)
                .as(Point::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(80);
    }

    /** Writes the points, some again, in a store that is opened anew in between, and reads them back. */
    protected final void assertKept(List<Point> points) throws StoreUnavailableException {
        var run = newRun();
        try (var store = open()) {
            store.write(List.of(batch(run, points)));
            assertHistories(store, run, points, 1_000);
        }
        try (var store = open()) {
            store.write(List.of(batch(run, points.subList(points.size() / 2, points.size()))));
            store.write(List.of(batch(run, points)));
            assertHistories(store, run, points, Math.max(3, points.size() / 10));
        }
    }

    @Test
    void purgedRun_isGoneForEveryReader() throws Exception {
        var points = new ArrayList<Point>();
        for (int step = 0; step < 25_000; step++) {
            points.add(new Point("loss", NOW + step * 7L, step, Math.sin(step)));
        }
        for (int i = 0; i < 50; i++) {
            points.add(new Point("odd", NOW + i, i, Double.NaN));
            points.add(new Point("odd", NOW, 5, i)); // Of one place, so aside.
            points.add(new Point("far", Long.MAX_VALUE - i, 0, i));
        }
        var purged = newRun();
        var other = newRun();
        try (var store = open()) {
            store.write(List.of(batch(purged, points), batch(other, points)));
            var ref = new RunRef(EXPERIMENT, purged);
            assertThat(store.count(ref)).isEqualTo(25_150);
            // So that what is remembered of the series is there to be forgotten.
            assertSeries(store, purged, "loss", 12);
            store.purge(ref);
            assertThat(store.count(ref)).isZero();
            assertSeries(store, purged, "loss", 0);
            for (String key : List.of("loss", "odd", "far")) {
                assertThat(Histories.read(store, EXPERIMENT, purged, key, 100)).isEmpty();
            }
            assertThat(store.count(new RunRef(EXPERIMENT, other))).isEqualTo(25_150);
            assertHistories(store, other, points, 20_000);
            store.purge(ref);
            store.purge(new RunRef(EXPERIMENT, newRun()));
        }
        try (var store = open()) {
            assertThat(Histories.read(store, EXPERIMENT, purged, "loss", 100)).isEmpty();
            assertHistories(store, other, points, 20_000);
        }
    }

    @Test
    void runThatIsWrittenToAgainAfterItsPurge_isExact() throws Exception {
        var run = newRun();
        var before = List.of(
                new Point("loss", NOW, 1, 1),
                new Point("loss", NOW, 1, 2),
                new Point("loss", NOW + 1, 2, Double.NaN),
                new Point("acc", NOW + 1, 2, 5));
        var after =
                List.of(new Point("loss", NOW, 1, 3), new Point("loss", NOW - 1, 1, 4), new Point("loss", NOW, 1, 2));
        try (var store = open()) {
            store.write(List.of(batch(run, before)));
            store.purge(new RunRef(EXPERIMENT, run));
            store.write(List.of(batch(run, after)));
            store.write(List.of(batch(run, after)));
            assertHistories(store, run, after, 2);
            assertThat(Histories.read(store, EXPERIMENT, run, "acc", 10)).isEmpty();
        }
    }

    private static void assertSeries(PointStore store, String run, String key, int atMost)
            throws StoreUnavailableException {
        for (Axis axis : Axis.values()) {
            var series = store.series(new SeriesQuery(
                    List.of(new RunRange(EXPERIMENT, run, Long.MIN_VALUE, Long.MAX_VALUE)), List.of(key), axis, 12));
            assertThat(series.getFirst().points().points())
                    .hasSizeLessThanOrEqualTo(atMost)
                    .hasSizeGreaterThanOrEqualTo(Math.min(atMost, 2));
        }
    }

    /** Histories of a dozen runs, of many lengths, with everything in them that an engine may keep apart. */
    private Map<String, List<Point>> oddHistories() throws StoreUnavailableException {
        var random = new Random(5);
        var histories = new LinkedHashMap<String, List<Point>>();
        try (var store = open()) {
            for (int length : List.of(0, 1, 2, 7, 8, 100, 0, 333, 64, 63, 65, 700, 5)) {
                var run = newRun();
                var points = new ArrayList<Point>();
                for (int i = 0; i < length; i++) {
                    long step = random.nextInt(-5, 50);
                    double value = random.nextInt(6) == 0 ? Double.NaN : random.nextInt(4) - 2;
                    long time = i % 50 == 49 ? Long.MAX_VALUE - i : NOW - random.nextInt(30);
                    points.add(new Point("loss", time, step, value));
                }
                store.write(List.of(batch(run, points), batch(run, List.of(new Point("other", NOW, 0, 1)))));
                histories.put(run, Histories.model(points).getOrDefault("loss", List.of()));
            }
        }
        return histories;
    }

    private static List<RunRef> refs(Map<String, List<Point>> histories) {
        return histories.keySet().stream()
                .map(run -> new RunRef(EXPERIMENT, run))
                .toList();
    }

    private static void assertSampled(PointStore store, Map<String, List<Point>> histories, SampleQuery query)
            throws StoreUnavailableException {
        var batches = store.sample(query);
        assertThat(batches.stream().map(PointBatch::runId)).containsExactlyElementsOf(histories.keySet());
        for (PointBatch batch : batches) {
            var points = histories.getOrDefault(batch.runId(), List.of()).stream()
                    .filter(point -> point.step() >= query.startStep() && point.step() <= query.endStep())
                    .toList();
            assertThat(Histories.exact(batch.points()))
                    .as("%s points, at most %s", points.size(), query.most())
                    .isEqualTo(Histories.exact(Histories.sampled(points, query.most())));
        }
    }

    @Test
    void runsAndTheirKeys_areListed() throws Exception {
        var wide = newRun();
        var side = newRun();
        var odd = "a run;with=odd \"characters\", " + newRun();
        var all = Points.KEYS.stream().map(key -> new Point(key, NOW, 7, 0.5)).toList();
        try (var store = open()) {
            store.write(List.of(
                    batch(wide, all),
                    batch(
                            side,
                            List.of(new Point("far", Long.MAX_VALUE, 1, 1), new Point("~far", NOW, -1, Double.NaN))),
                    batch(odd, List.of(new Point("loss", NOW, 1, 1))),
                    new PointBatch(
                            "another experiment, with 'quotes'", odd + 2, List.of(new Point("loss", NOW, 1, 1)))));
        }
        try (var store = open()) {
            var runs = new HashSet<RunRef>();
            store.runs(runs::add);
            assertThat(runs)
                    .contains(
                            new RunRef(EXPERIMENT, wide),
                            new RunRef(EXPERIMENT, side),
                            new RunRef(EXPERIMENT, odd),
                            new RunRef("another experiment, with 'quotes'", odd + 2))
                    .doesNotContain(new RunRef(EXPERIMENT, odd + 2));
            assertThat(store.keys(new RunRef(EXPERIMENT, wide))).containsExactlyInAnyOrderElementsOf(Points.KEYS);
            assertThat(store.keys(new RunRef(EXPERIMENT, side))).containsExactly("far", "~far");
            assertThat(store.keys(new RunRef(EXPERIMENT, newRun()))).isEmpty();
        }
    }

    private void assertHistories(String run, List<Point> points, int limit) throws StoreUnavailableException {
        try (var store = open()) {
            assertHistories(store, run, points, limit);
        }
    }

    private static void assertHistories(PointStore store, String run, List<Point> points, int limit)
            throws StoreUnavailableException {
        for (Map.Entry<String, List<Point>> expected : Histories.model(points).entrySet()) {
            assertThat(Histories.exact(Histories.read(store, EXPERIMENT, run, expected.getKey(), limit)))
                    .isEqualTo(Histories.exact(expected.getValue()));
        }
    }

    /** A batch of the experiment that these tests write to. */
    protected static PointBatch batch(String run, List<Point> points) {
        return new PointBatch(EXPERIMENT, run, points);
    }

    /** A run that nothing was written to. */
    protected static String newRun() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
