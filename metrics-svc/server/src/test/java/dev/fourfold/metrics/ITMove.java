package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metrics.move.Engine;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveOperations;
import dev.fourfold.metrics.move.MovePhase;
import dev.fourfold.metrics.move.MoveReport;
import dev.fourfold.metrics.move.MoveRequest;
import dev.fourfold.metrics.move.MoveStatus;
import dev.fourfold.metrics.point.Histories;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** All points go to the other store and back while clients write, and the process that moves them is killed. */
final class ITMove {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int WRITERS = 2;
    private static final int RUNS_BEFORE = 6;
    private static final int POINTS_BEFORE = 2_500;
    private static final long NOW = 1_763_000_000_000L;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void everyPoint_isThereOnceAfterMovesThereAndBackWithKills() throws Exception {
        try (var service = MetricsProcess.start(folder, Map.of("FOURFOLD_METRICS_MOVE_POINTS_PER_SECOND", "10000"))) {
            var operations = service.operations(MetricOperations.class);
            var moves = service.operations(MoveOperations.class);
            var all = new LinkedHashMap<RunRef, List<Point>>();
            for (int i = 0; i < RUNS_BEFORE; i++) {
                write(operations, all, i);
            }
            try (var load = new Load(operations, all)) {
                moves.start(new MoveRequest(Engine.POSTGRESQL, Engine.INFLUXDB));
                await(moves, "some is copied", move -> move.pointsCopied() > 0 && move.runsCopied() < move.runs());
                assertThat(report(moves).phase()).isEqualTo(MovePhase.COPYING);
                service.killAndStart();
                await(moves, "some is compared", move -> move.phase() == MovePhase.COMPARING && move.runsEqual() > 0);
                service.killAndStart();
                await(moves, "reads switch", move -> move.phase() == MovePhase.WATCHING);
                assertThat(moves.status().reads()).isEqualTo(Engine.INFLUXDB);
                moves.act(MoveAction.SWITCH_WRITES);
                moves.act(MoveAction.RETIRE);
            }
            assertThat(moves.status().writes()).containsExactly(Engine.INFLUXDB);
            assertHistories(operations, all);
            try (var load = new Load(operations, all)) {
                moves.start(new MoveRequest(Engine.INFLUXDB, Engine.POSTGRESQL));
                await(moves, "reads switch back", move -> move.phase() == MovePhase.WATCHING);
                moves.act(MoveAction.RETIRE);
                assertThat(report(moves).phase()).isEqualTo(MovePhase.RETIRED);
            }
            assertThat(moves.status().writes()).containsExactly(Engine.POSTGRESQL);
            assertHistories(operations, all);
        }
    }

    @Test
    void abort_leadsBackWithoutLossBeforeAndAfterTheWritesAreSwitched() throws Exception {
        try (var service = MetricsProcess.start(folder, Map.of("FOURFOLD_INFLUX_DATABASE", "aborted"))) {
            var operations = service.operations(MetricOperations.class);
            var moves = service.operations(MoveOperations.class);
            var all = new LinkedHashMap<RunRef, List<Point>>();
            write(operations, all, 0);
            try (var load = new Load(operations, all)) {
                moves.start(new MoveRequest(Engine.POSTGRESQL, Engine.INFLUXDB));
                await(moves, "reads switch", move -> move.phase() == MovePhase.WATCHING);
                moves.act(MoveAction.ABORT);
                assertThat(moves.status().reads()).isEqualTo(Engine.POSTGRESQL);
                assertThat(moves.status().writes()).containsExactly(Engine.POSTGRESQL);
            }
            assertHistories(operations, all);
            moves.start(new MoveRequest(Engine.POSTGRESQL, Engine.INFLUXDB));
            await(moves, "reads switch again", move -> move.phase() == MovePhase.WATCHING);
            moves.act(MoveAction.SWITCH_WRITES);
            // What PostgreSQL does not get.
            try (var load = new Load(operations, all)) {
                write(operations, all, 1);
            }
            moves.act(MoveAction.ABORT);
            var back = await(moves, "the way back", move -> move.phase() == MovePhase.WATCHING);
            assertThat(back.to()).isEqualTo(Engine.POSTGRESQL);
            moves.act(MoveAction.RETIRE);
            assertHistories(operations, all);
            assertThatThrownBy(() -> moves.act(MoveAction.ABORT))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidState.class));
        }
    }

    private static void write(MetricOperations operations, Map<RunRef, List<Point>> all, int number) {
        var points = new ArrayList<Point>();
        for (int i = 0; i < POINTS_BEFORE; i++) {
            points.add(new Point(i % 3 == 0 ? "time" : "loss", NOW + i / 2, i, Math.sin(i + number)));
        }
        var run = new RunRef("moved-" + number % 2, MetricOperationsContract.newRun());
        operations.append(new PointBatch(run.experimentId(), run.runId(), points));
        all.put(run, points);
    }

    private static void assertHistories(MetricOperations operations, Map<RunRef, List<Point>> all) {
        for (var entry : all.entrySet()) {
            RunRef run = entry.getKey();
            for (var history : Histories.model(entry.getValue()).entrySet()) {
                var read = new ArrayList<Point>();
                String cursor = null;
                do {
                    var page = operations.history(
                            new HistoryQuery(run.experimentId(), run.runId(), history.getKey(), cursor, 20_000));
                    read.addAll(page.points().points());
                    cursor = page.nextCursor();
                } while (cursor != null);
                assertThat(Histories.exact(read))
                        .as("%s of %s", history.getKey(), run)
                        .isEqualTo(Histories.exact(history.getValue()));
            }
        }
    }

    private static MoveReport report(MoveOperations moves) {
        return Objects.requireNonNull(moves.status().move());
    }

    static MoveReport await(MoveOperations moves, String what, Predicate<MoveReport> condition)
            throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (true) {
            MoveReport move = null;
            try {
                MoveStatus status = moves.status();
                move = status.move();
                if (move != null && condition.test(move)) {
                    return move;
                }
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
            }
            assertThat(Instant.now()).as("%s: %s", what, move).isBefore(limit);
            Thread.sleep(POLL);
        }
    }

    /** Writers that write until this is closed; what was acknowledged is then in the map. */
    private static final class Load implements AutoCloseable {

        private final CountDownLatch stop = new CountDownLatch(1);
        private final List<MoveWriter> writers = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();
        private final Map<RunRef, List<Point>> all;

        private Load(MetricOperations operations, Map<RunRef, List<Point>> all) {
            this.all = all;
            for (int i = 0; i < WRITERS; i++) {
                var writer = new MoveWriter(operations, 31 * all.size() + i, stop);
                writers.add(writer);
                threads.add(Thread.ofVirtual().start(writer));
            }
        }

        @Override
        public void close() throws InterruptedException {
            stop.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            writers.forEach(writer -> all.putAll(writer.acknowledged()));
            assertThat(writers).allMatch(writer -> !writer.acknowledged().isEmpty());
        }
    }
}
