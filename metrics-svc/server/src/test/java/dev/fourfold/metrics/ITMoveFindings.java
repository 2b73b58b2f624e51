package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.InfluxStore;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.metrics.move.Engine;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveOperations;
import dev.fourfold.metrics.move.MovePhase;
import dev.fourfold.metrics.move.MoveRequest;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a move finds wrong, and what it refuses. */
final class ITMoveFindings {

    private static final long NOW = 1_763_000_000_000L;
    private static final int POINTS = 1_500;

    private final InfluxStore influx = TemporaryStores.influx();
    private final String database = TemporaryStores.newDatabase();

    @TempDir
    private Path journal;

    @Test
    void pointAlteredByHandInTheTarget_isNamedStopsTheMoveAndIsMended() throws Exception {
        try (var context = service("postgresql", "altered", 4_000)) {
            var operations = context.getBean(MetricOperations.class);
            var moves = context.getBean(MoveOperations.class);
            var runs = new ArrayList<String>();
            for (int i = 0; i < 4; i++) {
                runs.add(write(operations));
            }
            moves.start(new MoveRequest(Engine.POSTGRESQL, Engine.INFLUXDB));
            ITMove.await(moves, "a run is copied", move -> move.runsCopied() > 0);
            moves.act(MoveAction.PAUSE);
            var paused = Objects.requireNonNull(moves.status().move());
            assertThat(paused.paused()).isTrue();
            assertThat(paused.runsCopied()).isLessThan(runs.size());
            // Runs go in the order of their ids, so the least one is copied.
            String altered = runs.stream().sorted().findFirst().orElseThrow();
            long nanos = (NOW + 700) * 1_000_000 + 700;
            influxWrites("altered", "points.1,run=" + altered + " loss=0.25 " + nanos);
            // While it is paused new points go to both.
            operations.append(new PointBatch("1", altered, List.of(new Point("late", NOW, 1, 1))));
            moves.act(MoveAction.RESUME);
            var different = ITMove.await(moves, "the difference", move -> move.phase() == MovePhase.DIFFERENT);
            assertThat(different.runsDifferent()).isEqualTo(1);
            assertThat(different.runsEqual()).isEqualTo(runs.size() - 1L);
            assertThat(different.differences()).singleElement().satisfies(found -> {
                assertThat(found.runId()).isEqualTo(altered);
                assertThat(found.experimentId()).isEqualTo("1");
                assertThat(found.key()).isEqualTo("loss");
                assertThat(found.timestampMillis()).isEqualTo(NOW + 700);
                assertThat(found.step()).isEqualTo(700);
                assertThat(found.sourcePoints()).isEqualTo(found.targetPoints()).isEqualTo(POINTS + 1L);
                assertThat(found.sourceChecksum()).isNotEqualTo(found.targetChecksum());
            });
            assertThat(moves.status().reads()).isEqualTo(Engine.POSTGRESQL);
            assertThatThrownBy(() -> moves.act(MoveAction.SWITCH_WRITES)).isInstanceOf(ProblemException.class);
            moves.act(MoveAction.MEND);
            ITMove.await(moves, "reads switch", move -> move.phase() == MovePhase.WATCHING);
            assertThat(moves.status().reads()).isEqualTo(Engine.INFLUXDB);
            assertThat(values(operations, altered)).isEqualTo(expected());
            moves.act(MoveAction.RETIRE_AND_DELETE);
            ITMove.await(moves, "the old store is empty", move -> move.phase() == MovePhase.RETIRED);
            assertThat(rows("SELECT count(*) FROM metrics.point")).isZero();
            assertThat(values(operations, altered)).isEqualTo(expected());
        }
        // The configuration still names the old store: what is recorded counts.
        try (var context = service("postgresql", "altered", 50_000)) {
            assertThat(context.getBean(MoveOperations.class).status().reads()).isEqualTo(Engine.INFLUXDB);
            assertThat(context.getBean(StoreOperations.class, Qualifiers.byName("metrics"))
                            .status()
                            .part())
                    .isEqualTo("influxdb");
        }
    }

    @Test
    void runsOfUnknownExperiment_areRefusedUntilTold() throws Exception {
        try (var context = service("postgresql", "unknown", 50_000)) {
            var operations = context.getBean(MetricOperations.class);
            var moves = context.getBean(MoveOperations.class);
            String run = write(operations);
            assertThat(values(operations, run)).isEqualTo(expected());
            execute("UPDATE metrics.series SET experiment_id = NULL"); // As an older version left it.
            var request = new MoveRequest(Engine.POSTGRESQL, Engine.INFLUXDB);
            assertThatThrownBy(() -> moves.start(request)).hasMessageContaining(run);
            assertThat(moves.runsWithoutExperiment()).containsExactly(run);
            moves.tellExperiments(List.of(new RunRef("1", run)));
            assertThat(moves.runsWithoutExperiment()).isEmpty();
            moves.start(request);
            ITMove.await(moves, "reads switch", move -> move.phase() == MovePhase.WATCHING);
            assertThat(values(operations, run)).isEqualTo(expected());
            // Again is nothing new, and the other way is refused.
            assertThat(Objects.requireNonNull(moves.start(request).move()).phase())
                    .isEqualTo(MovePhase.WATCHING);
            assertThatThrownBy(() -> moves.start(new MoveRequest(Engine.INFLUXDB, Engine.POSTGRESQL)))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidState.class));
        }
    }

    @Test
    void purgeDuringAMove_isDoneInBothStores() throws Exception {
        try (var context = service("postgresql", "purged", 50_000)) {
            var operations = context.getBean(MetricOperations.class);
            var moves = context.getBean(MoveOperations.class);
            String kept = write(operations);
            String purged = write(operations);
            moves.start(new MoveRequest(Engine.POSTGRESQL, Engine.INFLUXDB));
            operations.purge(new RunRef("1", purged));
            ITMove.await(moves, "reads switch", move -> move.phase() == MovePhase.WATCHING);
            assertThat(values(operations, purged)).isEmpty();
            assertThat(values(operations, kept)).isEqualTo(expected());
            moves.act(MoveAction.ABORT);
            assertThat(values(operations, purged)).isEmpty();
            assertThat(values(operations, kept)).isEqualTo(expected());
        }
    }

    @Test
    void serviceWithoutPostgres_saysSo() {
        try (var context = Service.here(influx, journal, Map.of()).start()) {
            var moves = context.getBean(MoveOperations.class);
            assertThat(moves.status().reads()).isEqualTo(Engine.INFLUXDB);
            assertThatThrownBy(() -> moves.start(new MoveRequest(Engine.INFLUXDB, Engine.POSTGRESQL)))
                    .hasMessageContaining("fourfold.metrics.postgres.url");
        }
    }

    @Test
    void severalInstances_doNotMove() {
        var second = Map.<String, Object>of(
                "fourfold.metrics.instance",
                "2/3",
                "fourfold.metrics.postgres.url",
                "jdbc:postgresql://127.0.0.1:1/none");
        try (var context = Service.here(influx, journal, second).start()) {
            var moves = context.getBean(MoveOperations.class);
            assertThatThrownBy(() -> moves.start(new MoveRequest(Engine.INFLUXDB, Engine.POSTGRESQL)))
                    .hasMessageContaining("Several instances");
        }
    }

    @Test
    void placeThatIsNotKnownYet_takesPointsAndTellsReaders() {
        var away = Map.<String, Object>of("fourfold.metrics.postgres.url", "jdbc:postgresql://127.0.0.1:1/none");
        try (var context = Service.here(influx, journal, away).start()) {
            var operations = context.getBean(MetricOperations.class);
            String run = write(operations);
            assertThatThrownBy(() -> values(operations, run))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
        }
    }

    private ApplicationContext service(String store, String influxDatabase, int pointsPerSecond) {
        return Service.here(
                        influx,
                        journal,
                        Map.of(
                                "fourfold.metrics.store",
                                store,
                                "fourfold.metrics.postgres.url",
                                database,
                                "fourfold.metrics.postgres.username",
                                TemporaryStores.postgres().user(),
                                "fourfold.metrics.postgres.password",
                                TemporaryStores.postgres().password(),
                                "fourfold.influx.database",
                                influxDatabase,
                                "fourfold.metrics.move.points-per-second",
                                pointsPerSecond))
                .start();
    }

    private static String write(MetricOperations operations) {
        String run = MetricOperationsContract.newRun();
        var points = new ArrayList<Point>();
        for (int i = 0; i < POINTS; i++) {
            points.add(new Point("loss", NOW + i, i, i * 0.1));
        }
        operations.append(new PointBatch("1", run, points));
        return run;
    }

    private static List<Double> expected() {
        var values = new ArrayList<Double>();
        for (int i = 0; i < POINTS; i++) {
            values.add(i * 0.1);
        }
        return values;
    }

    private static List<Double> values(MetricOperations operations, String run) {
        return operations.history(new HistoryQuery("1", run, "loss", null, 50_000)).points().points().stream()
                .map(Point::value)
                .toList();
    }

    private void influxWrites(String influxDatabase, String line) throws Exception {
        String user = influx.user() + ":" + influx.password();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(influx.url() + "/write?db=" + influxDatabase))
                            .header(
                                    "Authorization",
                                    "Basic "
                                            + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
                            .POST(HttpRequest.BodyPublishers.ofString(line))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        }
    }

    private void execute(String sql) throws Exception {
        try (var connection = DriverManager.getConnection(
                        database,
                        TemporaryStores.postgres().user(),
                        TemporaryStores.postgres().password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long rows(String sql) throws Exception {
        try (var connection = DriverManager.getConnection(
                        database,
                        TemporaryStores.postgres().user(),
                        TemporaryStores.postgres().password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
