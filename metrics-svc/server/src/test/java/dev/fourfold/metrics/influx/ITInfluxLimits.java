package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.embedded.InfluxBinary;
import dev.fourfold.embedded.InfluxSettings;
import dev.fourfold.embedded.InfluxStore;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.SeriesQuery;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import dev.fourfold.metrics.point.Histories;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An InfluxDB whose administrator set narrow limits. */
final class ITInfluxLimits {

    private static final long NOW = 1_763_000_000_000L;
    private static final int MOST_RUNS = 10;
    private static final int MOST_SERIES = 5;

    @TempDir
    private static Path folder;

    private static InfluxStore influx;

    @BeforeAll
    static void start() {
        var binary = InfluxBinary.find(null, line -> {}).orElseThrow();
        influx = InfluxStore.start(InfluxSettings.in(folder.resolve("influxdb"), 0, binary)
                .withEnvironment(Map.of(
                        "INFLUXDB_DATA_INDEX_VERSION", "inmem",
                        "INFLUXDB_DATA_MAX_VALUES_PER_TAG", Integer.toString(MOST_RUNS),
                        "INFLUXDB_DATA_CACHE_SNAPSHOT_MEMORY_SIZE", "1k",
                        "INFLUXDB_HTTP_MAX_BODY_SIZE", "20000",
                        "INFLUXDB_COORDINATOR_MAX_SELECT_SERIES", Integer.toString(MOST_SERIES),
                        "INFLUXDB_COORDINATOR_MAX_SELECT_BUCKETS", "1000")));
    }

    @AfterAll
    static void stop() {
        influx.close();
    }

    @Test
    void bodyOverTheLimit_isSentInParts() throws Exception {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 2_000; i++) {
            points.add(new Point("loss", NOW + i, i, i / 7.0));
        }
        try (var store = open("bodies")) {
            assertThat(store.write(List.of(batch("r", points)))).isZero();
            assertThat(Histories.read(store, "1", "r", "loss", 1_000)).isEqualTo(points);
        }
    }

    @Test
    void lineOverTheLimit_losesNoPoint() throws Exception {
        // One row: some names a place, each as long as can be.
        var points = new ArrayList<Point>();
        for (int i = 0; i < 120; i++) {
            points.add(new Point("x".repeat(246) + (1_000 + i), NOW, 1, i));
        }
        try (var store = open("lines")) {
            assertThat(store.write(List.of(batch("r", points)))).isZero();
            for (Point point : points) {
                assertThat(Histories.read(store, "1", "r", point.key(), 10)).containsExactly(point);
            }
        }
    }

    @Test
    void answerOverTheLimit_isNoAnswerInEitherForm() throws Exception {
        var batches = new ArrayList<PointBatch>();
        for (int run = 0; run <= MOST_SERIES; run++) {
            batches.add(batch("r" + run, List.of(new Point("loss", NOW, 1, run))));
        }
        var configuration = configuration("points");
        try (var store = open("points");
                var reader = new InfluxReader(configuration, () -> {})) {
            store.write(batches);
            for (boolean packed : new boolean[] {false, true}) {
                var found = new ArrayList<String>();
                var query = new InfluxQuery()
                        .add(
                                (columns, values) -> found.add(values[1]),
                                "SELECT loss FROM ? WHERE run = ?",
                                new Identifier(Names.wideMeasurement("1")),
                                "r1")
                        .add(
                                (columns, values) -> found.add(values[1]),
                                "SELECT loss FROM ?",
                                new Identifier(Names.wideMeasurement("1")));
                assertThatThrownBy(() -> {
                            if (packed) {
                                reader.queryNumbers(query);
                            } else {
                                reader.query(query);
                            }
                        })
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("max-select-series");
                assertThat(found).as("what came before the error, in a 200").hasSize(1);
            }
        }
    }

    @Test
    void valuesThatWentToCompressedFiles_areTheSameToTheLastBit() throws Exception {
        var random = new Random(23);
        var points = new ArrayList<Point>();
        double[] odd = {0.0, -0.0, Double.MIN_VALUE, -Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, 0.1, 1e22};
        for (int i = 0; i < 1_500; i++) {
            double value = i % 3 == 0 ? odd[i / 3 % odd.length] : Double.longBitsToDouble(random.nextLong());
            points.add(new Point("loss", NOW + i, i, value));
        }
        try (var store = open("files")) {
            for (int from = 0; from < points.size(); from += 500) {
                store.write(List.of(batch("r", points.subList(from, from + 500))));
                awaitFiles("files", from / 500 + 1);
            }
            assertThat(Histories.exact(Histories.read(store, "1", "r", "loss", 400)))
                    .isEqualTo(Histories.exact(points));
            store.write(List.of(batch("r", points)));
        }
        try (var store = open("files")) {
            assertThat(Histories.exact(Histories.read(store, "1", "r", "loss", 400)))
                    .isEqualTo(Histories.exact(points));
        }
    }

    @Test
    void chartsOfLongSeries_askForNoMoreBucketsThanTheyHave() throws Exception {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 600; i++) {
            points.add(new Point("loss", NOW + i, i, Math.sin(i)));
        }
        try (var store = new InfluxPointStore(configuration("buckets"), new Outlines(16, 0, 0))) {
            store.write(List.of(batch("r", points)));
            var series = store.series(new SeriesQuery(
                            List.of(new RunRange("1", "r", Long.MIN_VALUE, Long.MAX_VALUE)),
                            List.of("loss"),
                            Axis.TIME,
                            100))
                    .getFirst();
            assertThat(series.points().points())
                    .isEqualTo(Histories.reduced(points, Axis.TIME, Long.MIN_VALUE, Long.MAX_VALUE, 100));
        }
    }

    @Test
    void runsOverTheLimitOfTags_waitAndAreNotLost() throws Exception {
        var experiment = UUID.randomUUID().toString();
        try (var store = open("tags")) {
            for (int run = 0; run < MOST_RUNS; run++) {
                store.write(List.of(new PointBatch(experiment, "r" + run, List.of(new Point("loss", NOW, 1, run)))));
            }
            var mixed = List.of(
                    new PointBatch(experiment, "r1", List.of(new Point("loss", NOW + 1, -1, 7))),
                    new PointBatch(experiment, "one more", List.of(new Point("loss", NOW + 1, 1, 7))),
                    new PointBatch(experiment, "r2", List.of(new Point("loss", NOW + 1, 1, 7))));
            assertThatThrownBy(() -> store.write(mixed))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("max-values-per-tag");
            for (String run : List.of("r1", "r2")) {
                assertThat(Histories.read(store, experiment, run, "loss", 10)).hasSize(2);
            }
        }
    }

    /** InfluxDB looks every second whether what it has in memory is to be written to a file, of which it makes fewer. */
    private static void awaitFiles(String database, int written) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        int greatest;
        do {
            assertThat(System.nanoTime()).as("a file of points").isLessThan(deadline);
            Thread.sleep(20);
            greatest = greatestFile(folder.resolve("influxdb/data/data").resolve(database));
        } while (greatest < written);
    }

    /** Of the files of points; a file may get another name, and go, while it is looked at. */
    private static int greatestFile(Path data) throws IOException {
        var greatest = new int[1];
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                if (name.endsWith(".tsm")) {
                    greatest[0] = Math.max(greatest[0], Integer.parseInt(name, 0, name.indexOf('-'), 10));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return greatest[0];
    }

    private static InfluxPointStore open(String database) {
        return new InfluxPointStore(configuration(database));
    }

    private static InfluxConfiguration configuration(String database) {
        return Influx.configuration(influx.url(), database, 4_000, influx.user(), influx.password());
    }

    private static PointBatch batch(String run, List<Point> points) {
        return new PointBatch("1", run, points);
    }
}
