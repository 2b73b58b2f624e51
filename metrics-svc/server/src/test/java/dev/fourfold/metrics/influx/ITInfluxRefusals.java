package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.WritePrecision;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import dev.fourfold.metrics.point.Histories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What InfluxDB refuses in part or wholly, and what others did to the database. */
final class ITInfluxRefusals {

    private static final long NOW = 1_763_000_000_000L;

    @Test
    void fieldThatAnotherProgramMadeAnInteger_losesNoPoint() throws Exception {
        var configuration = Influx.configuration("refusals", 4_000);
        var experiment = UUID.randomUUID().toString();
        try (var store = new InfluxPointStore(configuration)) {
            // Known to the store before the other program comes, so that it learns of the conflict by a refusal.
            store.write(List.of(new PointBatch(experiment, "r1", List.of(new Point("other", NOW, 0, 1)))));
            writeLine(configuration, Names.wideMeasurement(experiment) + ",run=x loss=1i " + NOW * 1_000_000);
            var points = new ArrayList<Point>();
            for (int step = 0; step < 300; step++) {
                points.add(new Point("loss", NOW + step, step, step));
                points.add(new Point("accuracy", NOW + step, step, step / 300.0));
            }
            assertThat(store.write(List.of(new PointBatch(experiment, "r1", points))))
                    .isZero();
            assertThat(store.write(List.of(new PointBatch(experiment, "r1", points))))
                    .isZero();
            assertThat(Histories.read(store, experiment, "r1", "loss", 100)).hasSize(300);
            assertThat(Histories.read(store, experiment, "r1", "accuracy", 100)).hasSize(300);
        }
        try (var store = new InfluxPointStore(configuration)) {
            assertThat(store.write(
                            List.of(new PointBatch(experiment, "r1", List.of(new Point("loss", NOW + 300, 300, 300))))))
                    .isZero();
            assertThat(Histories.read(store, experiment, "r1", "loss", 100)).hasSize(301);
        }
    }

    @Test
    void anotherDatabase_survivesEveryName() throws Exception {
        var configuration = Influx.configuration("injections", 4_000);
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            reader.query(new InfluxQuery().add((columns, values) -> {}, "CREATE DATABASE ?", new Identifier("victim")));
            for (String attempt : List.of(
                    "'; DROP DATABASE victim; --",
                    "\"; DROP DATABASE victim; --",
                    "x' OR 1=1; DROP DATABASE victim",
                    "\\'; DROP DATABASE victim; --",
                    "$p0; DROP DATABASE victim",
                    "x\nDROP DATABASE victim")) {
                store.write(List.of(new PointBatch(attempt, attempt, List.of(new Point(attempt, NOW, 1, 7)))));
                var page = store.read(new HistoryQuery(attempt, attempt, attempt, null, 10));
                assertThat(page.points().points()).containsExactly(new Point(attempt, NOW, 1, 7));
            }
            var databases = new ArrayList<String>();
            reader.query(new InfluxQuery().add((columns, values) -> databases.add(values[0]), "SHOW DATABASES"));
            assertThat(databases).contains("victim");
        }
    }

    @Test
    void errorInsideA200_isSeen() throws Exception {
        var configuration = Influx.configuration("not there at all", 4_000);
        var told = new ArrayList<String>();
        try (var reader = new InfluxReader(configuration, () -> told.add("missing"))) {
            assertThatThrownBy(() -> reader.query(
                            new InfluxQuery().add((columns, values) -> {}, "SELECT a FROM ?", new Identifier("b"))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("database not found");
            assertThat(told).isNotEmpty();
        }
    }

    @Test
    void databaseThatWasDropped_isMadeAgain() throws Exception {
        var configuration = Influx.configuration("dropped", 4_000);
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            var batch = List.of(new PointBatch("1", "r", List.of(new Point("loss", NOW, 1, 7))));
            store.write(batch);
            reader.query(new InfluxQuery().add((columns, values) -> {}, "DROP DATABASE ?", new Identifier("dropped")));
            assertThatThrownBy(() -> store.write(batch)).isInstanceOf(StoreUnavailableException.class);
            store.write(batch);
            assertThat(Histories.read(store, "1", "r", "loss", 10)).hasSize(1);
        }
    }

    @Test
    void shards_stayFewHoweverTimestampsAreScattered() throws Exception {
        var configuration = Influx.configuration("scattered", 4_000);
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            var points = new ArrayList<Point>();
            for (long timestamp = 1; timestamp > 0; timestamp = timestamp * 3 + 1) {
                points.add(new Point("loss", timestamp, 1, 1));
            }
            for (long year = 0; year < 140; year++) {
                points.add(new Point("loss", year * 31_536_000_000L, 1, 1));
            }
            store.write(List.of(new PointBatch("1", "r", points)));
            var shards = new ArrayList<String>();
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> {
                                if (configuration.database().equals(values[columns.indexOf("database")])) {
                                    shards.add(values[0]);
                                }
                            },
                            "SHOW SHARDS"));
            assertThat(shards).hasSizeLessThan(20);
        }
    }

    @Test
    void serverThatIsAway_isUnavailableAtOnce() {
        try (var store = new InfluxPointStore(Influx.configuration("http://127.0.0.1:1", "none", 10, "u", "p"))) {
            long asked = System.nanoTime();
            assertThatThrownBy(() -> store.read(new HistoryQuery("1", "r", "k", null, 1)))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(store.status().available()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(20));
        }
    }

    private static void writeLine(InfluxConfiguration configuration, String line) {
        var server = TemporaryStores.influx();
        try (var client = InfluxDBClientFactory.createV1(
                server.url(),
                server.user(),
                server.password().toCharArray(),
                configuration.database(),
                configuration.retentionPolicy())) {
            client.getWriteApiBlocking().writeRecord(WritePrecision.NS, line);
        }
    }
}
