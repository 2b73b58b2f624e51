package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.domain.WritePrecision;
import com.sun.net.httpserver.HttpServer;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SeriesQuery;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import dev.fourfold.metrics.influx.InfluxWriter.Refusal;
import dev.fourfold.metrics.point.Histories;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
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
    void rowsThatAnotherProgramWroteIntoOurRun_hideNoPointAndStopNothing() throws Exception {
        var configuration = Influx.configuration("refusals", 4_000);
        var experiment = UUID.randomUUID().toString();
        var wide = Names.wideMeasurement(experiment) + ",run=r1 ";
        int bucket = Place.bucket("loss");
        var side = Names.sideMeasurement(experiment) + ",run=r1,scale=0,bucket=" + bucket + " ";
        var points = new ArrayList<Point>();
        for (String key : List.of("loss", "accuracy", "rate")) {
            for (int step = 0; step < 30; step++) {
                points.add(new Point(key, NOW + step, step, step / 7.0));
                points.add(new Point(key, NOW + step, step, Double.NaN));
                points.add(new Point(key, NOW + step, step, Double.POSITIVE_INFINITY));
            }
        }
        var model = Histories.model(points);
        try (var store = new InfluxPointStore(configuration)) {
            store.ensureSchema();
            writeLine(configuration, wide + "loss=\"a string\" " + NOW * 1_000_000);
            writeLine(configuration, wide + "~accuracy=1.5 " + NOW * 1_000_000);
            writeLine(configuration, wide + "~rate=\"not; ours\" " + NOW * 1_000_000);
            writeLine(configuration, wide + "~rate=\"1;2;\" " + (NOW + 1) * 1_000_000);
            writeLine(configuration, side + "point=\"x;y;z;loss\" " + NOW * 1_000_000);
            writeLine(configuration, side + "point=\"nothing\" " + (NOW * 1_000_000 + 1));
            writeLine(configuration, side + "point=\"1;2;3%\" " + (NOW * 1_000_000 + 2));
            writeLine(configuration, wide + "100%=1.5,a%zz=2.5 " + NOW * 1_000_000);
        }
        for (int time = 0; time < 2; time++) {
            try (var store = new InfluxPointStore(configuration)) {
                assertThat(store.write(List.of(new PointBatch(experiment, "r1", points))))
                        .isZero();
                assertThat(store.keys(new RunRef(experiment, "r1")))
                        .containsExactlyInAnyOrder("loss", "accuracy", "rate", "100%", "a%zz");
                for (String key : model.keySet()) {
                    assertThat(Histories.exact(Histories.read(store, experiment, "r1", key, 20)))
                            .isEqualTo(Histories.exact(model.getOrDefault(key, List.of())));
                    for (Axis axis : Axis.values()) {
                        assertThat(store.series(new SeriesQuery(
                                                List.of(new RunRange(experiment, "r1", 0, Long.MAX_VALUE)),
                                                List.of(key),
                                                axis,
                                                200))
                                        .getFirst()
                                        .points()
                                        .points())
                                .hasSize(90);
                    }
                }
            }
        }
    }

    @Test
    void fieldOfAnotherTypeInOlderData_hidesNothing() throws Exception {
        var configuration = Influx.configuration("refusals", 4_000);
        var experiment = UUID.randomUUID().toString();
        var points = List.of(
                new Point("loss", NOW, 0, 1), new Point("loss", NOW, 1, Double.NaN), new Point("loss", NOW + 1, 2, 3));
        try (var store = new InfluxPointStore(configuration)) {
            store.write(List.of(new PointBatch(experiment, "r1", points)));
            // Types are those of a shard: years ago a field may be another one.
            writeLine(configuration, Names.wideMeasurement(experiment) + ",run=x loss=\"a string\",~loss=1.5 1000000");
            assertThat(Histories.read(store, experiment, "r1", "loss", 2)).hasSize(3);
            var more = new ArrayList<>(points);
            more.add(new Point("loss", 1_000, 1, 4));
            more.add(new Point("loss", 1_000, 1, Double.NEGATIVE_INFINITY));
            for (int time = 0; time < 2; time++) {
                assertThat(store.write(List.of(new PointBatch(experiment, "r1", more))))
                        .isZero();
                assertThat(Histories.read(store, experiment, "r1", "loss", 2)).hasSize(5);
            }
        }
        try (var store = new InfluxPointStore(configuration)) {
            assertThat(store.write(List.of(new PointBatch(experiment, "r1", points))))
                    .isZero();
            assertThat(Histories.read(store, experiment, "r1", "loss", 2)).hasSize(5);
        }
    }

    @Test
    void lineThatInfluxdbCannotTake_isFoundAmongGoodOnes() throws Exception {
        var configuration = Influx.configuration("lines", 4_000);
        try (var reader = new InfluxReader(configuration, () -> {});
                var writer = new InfluxWriter(configuration, () -> {})) {
            var policies = new Policies(configuration, List.of(), InstantSource.system());
            new InfluxSchema(configuration, policies, new InfluxBuckets(configuration, writer.client())).ensure(reader);
            for (String bad :
                    List.of("this is no line", "m,run=\\ v=1 5", "m,run=a v=NaN 5", "m v=\"open 5", "m,run= v=1 5")) {
                var name = "m" + UUID.randomUUID();
                var lines = new ArrayList<InfluxWriter.Line>();
                for (int i = 0; i < 100; i++) {
                    lines.add(new AnyLine(i == 37 ? bad : name + " v=" + i + " " + i));
                }
                assertThat(writer.write(lines)).extracting(Refusal::index).isEqualTo(37);
                assertThat(writer.write(lines.subList(38, 100))).isNull();
                var stored = new ArrayList<String>();
                reader.query(new InfluxQuery()
                        .add((columns, values) -> stored.add(values[1]), "SELECT v FROM ?", new Identifier(name)));
                assertThat(stored).hasSize(99).doesNotContain("37");
            }
        }
    }

    @Test
    void pointsOlderThanTheRetentionPolicy_areCountedAndTheOthersKept() throws Exception {
        var configuration = Influx.configuration("expiring", 4_000);
        long now = System.currentTimeMillis();
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            store.ensureSchema();
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> {},
                            "ALTER RETENTION POLICY autogen ON ? DURATION 24h SHARD DURATION 1h",
                            new Identifier("expiring")));
            var points = new ArrayList<Point>();
            for (int step = 0; step < 50; step++) {
                points.add(new Point("loss", now + step, step, step));
                points.add(new Point("loss", NOW + step, step, step));
                points.add(new Point("loss", NOW + step, step, Double.NaN));
                points.add(new Point("loss", now + step, -1, step));
                points.add(new Point("loss", NOW + step, -1, step));
            }
            assertThat(store.write(List.of(new PointBatch("1", "r", points)))).isPositive();
            assertThat(Histories.read(store, "1", "r", "loss", 7)).hasSize(100);
        }
    }

    @Test
    void retentionPolicyThatWasDropped_isMadeAgain() throws Exception {
        var configuration = Influx.configuration("policies", 4_000);
        var batch =
                List.of(new PointBatch("1", "r", List.of(new Point("loss", NOW, 1, 7), new Point("loss", NOW, 1, 8))));
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            store.write(batch);
            reader.query(new InfluxQuery()
                    .add(
                            (columns, values) -> {},
                            "DROP RETENTION POLICY ? ON ?",
                            new Identifier("autogen"),
                            new Identifier("policies")));
            assertThatThrownBy(() -> store.write(batch)).isInstanceOf(StoreUnavailableException.class);
            store.write(batch);
            assertThat(Histories.read(store, "1", "r", "loss", 10)).hasSize(2);
        }
    }

    @Test
    void queryThatIsKilled_isNoAnswer() throws Exception {
        var configuration = Influx.configuration("killed", 4_000);
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            store.write(List.of(new PointBatch("1", "r", List.of(new Point("v", 1, 1, 7)))));
            // One that was killed may be listed for a moment still, and cannot be killed again.
            var killed = new HashSet<String>();
            for (boolean packed : new boolean[] {false, true}) {
                // Rows without end, so that some have come when it is killed.
                var query = new InfluxQuery()
                        .add(
                                (columns, values) -> {},
                                "SELECT count(v) FROM ? WHERE time >= ? AND time < ? GROUP BY time(1ns) FILL(0)",
                                new Identifier(Names.wideMeasurement("1")),
                                0,
                                NOW * 1_000_000);
                var asked = threads.submit(() -> {
                    if (packed) {
                        reader.queryNumbers(query);
                    } else {
                        reader.query(query);
                    }
                    return true;
                });
                long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                while (!asked.isDone()) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    var running = new ArrayList<String>();
                    reader.query(new InfluxQuery()
                            .add(
                                    (columns, values) -> {
                                        if (String.valueOf(values[columns.indexOf("query")])
                                                .contains("count(v)")) {
                                            running.add(values[columns.indexOf("qid")]);
                                        }
                                    },
                                    "SHOW QUERIES"));
                    for (String id : running) {
                        if (killed.add(id)) {
                            reader.query(new InfluxQuery().add((columns, values) -> {}, "KILL QUERY " + id));
                        }
                    }
                }
                assertThatThrownBy(asked::get).cause().isInstanceOf(StoreUnavailableException.class);
            }
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
    void answerWithoutAResultForEachStatement_isNoAnswer() throws Exception {
        byte[] noResult = {(byte) 0x81, (byte) 0xa7, 'r', 'e', 's', 'u', 'l', 't', 's', (byte) 0x90};
        for (byte[] body : List.of(
                new byte[0],
                "{}".getBytes(StandardCharsets.UTF_8),
                "{\"results\":[]}".getBytes(StandardCharsets.UTF_8),
                "{\"results\":[{\"statement_id\":0}]}".getBytes(StandardCharsets.UTF_8),
                noResult)) {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                String type = body.length > 0 && body[0] < 0 ? "application/x-msgpack" : "application/json";
                exchange.getResponseHeaders().set("Content-Type", type);
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            try (var reader = new InfluxReader(Influx.configuration(url, "any", 10, "u", "p"), () -> {})) {
                var query = new InfluxQuery()
                        .add((columns, values) -> {}, "SELECT a FROM b")
                        .add((columns, values) -> {}, "SELECT c FROM d");
                assertThatThrownBy(() -> reader.queryNumbers(query)).isInstanceOf(StoreUnavailableException.class);
            } finally {
                server.stop(0);
            }
        }
    }

    @Test
    void errorInsideA200_isSeenAmongNumbersToo() throws Exception {
        var told = new ArrayList<String>();
        try (var reader =
                new InfluxReader(Influx.configuration("not there either", 4_000), () -> told.add("missing"))) {
            assertThatThrownBy(() -> reader.queryNumbers(
                            new InfluxQuery().add((columns, values) -> {}, "SELECT a FROM ?", new Identifier("b"))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("database not found");
            assertThat(told).isNotEmpty();
        }
    }

    @Test
    void errorAfterNumbers_isSeen() throws Exception {
        var configuration = Influx.configuration("refusals", 4_000);
        var experiment = UUID.randomUUID().toString();
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            store.write(List.of(new PointBatch(experiment, "r1", List.of(new Point("loss", NOW, 0, 1)))));
            var rows = new ArrayList<String>();
            InfluxQuery.Rows receiver = (columns, values) -> rows.add(String.join(",", values));
            var wide = new Identifier(Names.wideMeasurement(experiment));
            var field = new Identifier(Names.plainField("loss"));
            assertThatThrownBy(() -> reader.queryNumbers(new InfluxQuery()
                            .add(receiver, "SELECT ? FROM ?", field, wide)
                            .add(receiver, "SELECT top(?, 0) FROM ?", field, wide)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("refused a query");
            assertThat(rows).as("the statement before the error was answered").hasSize(1);
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
