package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import dev.fourfold.metrics.point.Histories;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Retention classes: where their points lie, what is read of them, and what expires. */
final class ITInfluxClasses {

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long NOW = Instant.now().toEpochMilli();

    private static final List<RetentionClass> CLASSES =
            List.of(new RetentionClass("short", "30d", "1d"), new RetentionClass("system", "60d", null));

    private final InfluxConfiguration configuration = Influx.configuration("classes", 4_000);
    private final String run = UUID.randomUUID().toString();

    @Test
    void points_areInThePolicyOfTheirClassAndReadFromThere() throws Exception {
        try (var store = new InfluxPointStore(configuration, CLASSES, () -> Instant.ofEpochMilli(NOW));
                var reader = new InfluxReader(configuration, () -> {})) {
            var points = new ArrayList<Point>();
            for (int step = 0; step < 200; step++) {
                points.add(new Point("loss", NOW - 10 * DAY + step * HOUR, step, step));
                points.add(new Point("system/cpu", NOW - 10 * DAY + step * HOUR, step, -step));
                points.add(new Point("loss", NOW - 10 * DAY + step * HOUR, -step - 1, Double.NaN));
            }
            points.add(new Point("loss", NOW - 10 * DAY, 0, 77)); // Aside.
            points.add(new Point("loss", NOW + 400 * DAY, 0, 1)); // Far ahead.
            points.add(new Point("loss", Long.MAX_VALUE, 0, 1)); // Farther than time is for InfluxDB.
            for (String experiment : List.of("7@short", "8")) {
                var batch = new PointBatch(experiment, run, points);
                assertThat(store.write(List.of(batch))).isZero();
                assertThat(store.write(List.of(batch))).isZero();
                assertThat(store.count(new RunRef(experiment, run))).isEqualTo(603);
                assertReads(store, experiment, points);
            }
            assertThat(lines(reader, "points.7")).isEqualTo(Map.of("autogen", 1L, "short", 400L, "system", 200L));
            assertThat(lines(reader, "side.7")).isEqualTo(Map.of("autogen", 1L, "short", 1L));
            assertThat(lines(reader, "points.8")).isEqualTo(Map.of("autogen", 401L, "system", 200L));
            var listed = new HashSet<RunRef>();
            store.runs(listed::add);
            assertThat(listed).contains(new RunRef("7@short", run)).doesNotContain(new RunRef("7", run));
            assertThat(store.keys(new RunRef("7@short", run))).containsExactly("loss", "system/cpu");
            store.purge(new RunRef("7@short", run));
            assertThat(lines(reader, "points.7")).isEmpty();
            assertThat(lines(reader, "side.7")).isEmpty();
            assertThat(store.count(new RunRef("8", run))).isEqualTo(603);
        }
    }

    @Test
    void metricsOfTheMachineFromBeforeTheirClass_areReadWithThoseAfter() throws Exception {
        var before = List.of(new Point("system/cpu", NOW - DAY, 1, 1), new Point("system/cpu", NOW - 90 * DAY, 0, 1));
        var after = List.of(new Point("system/cpu", NOW, 2, 2), before.getFirst());
        try (var store = new InfluxPointStore(configuration)) {
            store.write(List.of(new PointBatch("9", run, before)));
        }
        try (var store = new InfluxPointStore(configuration, CLASSES, () -> Instant.ofEpochMilli(NOW))) {
            assertThat(store.write(List.of(new PointBatch("9", run, after)))).isZero();
            assertThat(Histories.read(store, "9", run, "system/cpu", 10))
                    .containsExactly(before.get(1), before.get(0), after.getFirst());
        }
    }

    @Test
    void pointsPastTheirRetention_areCountedAndHoldUpNothing() throws Exception {
        try (var store = new InfluxPointStore(configuration, CLASSES, () -> Instant.ofEpochMilli(NOW))) {
            var old = new Point("loss", NOW - 31 * DAY, 0, 1);
            var young = new Point("loss", NOW - 29 * DAY, 0, 1);
            assertThat(store.write(List.of(new PointBatch("10@short", run, List.of(old, young)))))
                    .isEqualTo(1);
            assertThat(Histories.read(store, "10@short", run, "loss", 10)).containsExactly(young);
        }
        // Where InfluxDB's clock is ahead of ours, it says so.
        try (var store = new InfluxPointStore(configuration, CLASSES, () -> Instant.ofEpochMilli(NOW - 10 * DAY))) {
            var old = new Point("loss", NOW - 33 * DAY, 0, 1);
            var young = new Point("loss", NOW - 28 * DAY, 0, 1);
            assertThat(store.write(List.of(new PointBatch("11@short", run, List.of(old, young)))))
                    .isEqualTo(1);
            assertThat(Histories.read(store, "11@short", run, "loss", 10)).containsExactly(young);
        }
    }

    @Test
    void timestampsOfAllCenturies_makeFewShardsOfAClass() throws Exception {
        var scattered = Influx.configuration("classes_scattered", 4_000);
        try (var store = new InfluxPointStore(scattered, CLASSES, () -> Instant.ofEpochMilli(NOW));
                var reader = new InfluxReader(scattered, () -> {})) {
            var points = new ArrayList<Point>();
            for (long timestamp = 0; timestamp < 230 * 365 * DAY; timestamp += 7 * DAY) {
                points.add(new Point("loss", timestamp, 1, 1));
                points.add(new Point("system/cpu", timestamp, 1, 1));
                points.add(new Point("loss", timestamp * 1_000, 1, 1));
            }
            for (int hour = 0; hour < 30 * 24; hour++) {
                points.add(new Point("loss", NOW - hour * HOUR, 1, 2));
            }
            assertThat(store.write(List.of(new PointBatch("12@short", run, points))))
                    .isPositive();
            var shards = new TreeMap<String, Long>();
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> {
                                if (values[columns.indexOf("database")].equals("classes_scattered")) {
                                    shards.merge(values[columns.indexOf("retention_policy")], 1L, Long::sum);
                                }
                            },
                            "SHOW SHARDS"));
            assertThat(shards.get("short")).isBetween(30L, 34L);
            assertThat(shards.get("system")).isLessThan(64);
            assertThat(shards.get("autogen")).isLessThan(17);
        }
    }

    /** The place of a point depends on the time at which it is first written, and its retry finds it all the same. */
    @Test
    void retryAfterALongTime_keepsAPointOnce() throws Exception {
        var point = new Point("loss", NOW + 30 * HOUR, 0, 1);
        for (long later : List.of(0L, 20 * HOUR)) {
            try (var store = new InfluxPointStore(configuration, CLASSES, () -> Instant.ofEpochMilli(NOW + later))) {
                store.write(List.of(new PointBatch("13@short", run, List.of(point))));
                assertThat(store.count(new RunRef("13@short", run))).isEqualTo(1);
            }
        }
    }

    @Test
    void chartOfWhatExpired_isForgottenWithIt() throws Exception {
        var clock = new long[] {NOW};
        var expiring = Influx.configuration("classes_expiring", 4_000);
        try (var store = new InfluxPointStore(expiring, CLASSES, () -> Instant.ofEpochMilli(clock[0]));
                var reader = new InfluxReader(expiring, () -> {})) {
            var points = new ArrayList<Point>();
            for (int i = 0; i < 28 * 24 * 10; i++) {
                points.add(new Point("loss", NOW - 28 * DAY + i * HOUR / 10, i, i));
            }
            store.write(List.of(new PointBatch("14@short", run, points)));
            assertThat(firstStep(store)).isZero();
            // As InfluxDB does it once the time has come: shard by shard.
            clock[0] += 12 * DAY;
            var old = new ArrayList<String>();
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> {
                                if (values[columns.indexOf("database")].equals("classes_expiring")
                                        && Instant.parse(values[columns.indexOf("end_time")])
                                                .isBefore(Instant.ofEpochMilli(clock[0] - 30 * DAY))) {
                                    old.add(values[0]);
                                }
                            },
                            "SHOW SHARDS"));
            assertThat(old).hasSizeBetween(8, 11);
            for (String shard : old) {
                reader.query(new InfluxQuery().add((columns, values) -> {}, "DROP SHARD " + Long.parseLong(shard)));
            }
            assertThat(firstStep(store)).isBetween(9L * 240, 11L * 240);
        }
    }

    private long firstStep(InfluxPointStore store) throws StoreUnavailableException {
        return store.series(new SeriesQuery(
                        List.of(new RunRange("14@short", run, Long.MIN_VALUE, Long.MAX_VALUE)),
                        List.of("loss"),
                        Axis.STEP,
                        20))
                .getFirst()
                .points()
                .points()
                .getFirst()
                .step();
    }

    private void assertReads(InfluxPointStore store, String experiment, List<Point> points)
            throws StoreUnavailableException {
        Histories.model(points).forEach((key, expected) -> {
            try {
                assertThat(Histories.exact(Histories.read(store, experiment, run, key, 30)))
                        .isEqualTo(Histories.exact(expected));
                var runs = List.of(new RunRef(experiment, run));
                assertThat(Histories.exact(store.bulk(new BulkQuery(runs, key, 10_000))
                                .getFirst()
                                .points()))
                        .isEqualTo(Histories.exact(expected));
                assertThat(store.sample(new SampleQuery(runs, key, Long.MIN_VALUE, Long.MAX_VALUE, 1_000))
                                .getFirst()
                                .points())
                        .hasSize(expected.size());
                for (Axis axis : Axis.values()) {
                    var range = List.of(new RunRange(experiment, run, Long.MIN_VALUE, Long.MAX_VALUE));
                    assertThat(store.series(new SeriesQuery(range, List.of(key), axis, 1_000))
                                    .getFirst()
                                    .points()
                                    .points())
                            .hasSize(expected.size());
                }
                assertThat(store.read(new HistoryQuery(experiment, run, key + "x", null, 10))
                                .points()
                                .points())
                        .isEmpty();
            } catch (StoreUnavailableException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** How many rows of a measurement are in each policy. */
    private static Map<String, Long> lines(InfluxReader reader, String measurement) throws StoreUnavailableException {
        var lines = new TreeMap<String, Long>();
        for (String policy : List.of("autogen", "short", "system")) {
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> lines.merge(policy, 1L, Long::sum),
                            "SELECT * FROM ?.?",
                            new Identifier(policy),
                            new Identifier(measurement)));
        }
        return lines;
    }
}
