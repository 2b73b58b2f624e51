package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.InfluxStore;
import dev.fourfold.embedded.TemporaryStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** InfluxDB away, killed, restarted: writers do not notice, readers are told, nothing is lost or doubled. */
final class ITStoreOutage {

    private static final long NOW = 1_763_000_000_000L;

    private final InfluxStore influx = TemporaryStores.influx();

    @TempDir
    private Path journal;

    @AfterEach
    void bringBack() {
        influx.restart();
    }

    @Test
    void storeThatIsAway_changesNothingForWritersAndReadersAreToldSoon() throws Exception {
        var run = MetricOperationsContract.newRun();
        try (var context = Service.here(influx, journal, Map.of()).start()) {
            var operations = context.getBean(MetricOperations.class);
            append(operations, run, 0, 100);
            assertThat(steps(operations, run)).hasSize(100);
            kill();
            append(operations, run, 100, 1_000);
            long asked = System.nanoTime();
            assertThatThrownBy(() -> steps(operations, run)).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
                assertThat(((Problem.Unavailable) e.problem()).part()).isEqualTo("influxdb");
            });
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(20));
            assertThat(operations.journals().getFirst().records()).isPositive();
            assertThat(operations.journals().getFirst().oldestAgeMillis()).isPositive();
            influx.restart();
            awaitDrained(operations);
            assertThat(steps(operations, run)).hasSize(1_000).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void storeKilledWhileItTakesPoints_hasEachOnce() throws Exception {
        var runs = List.of(MetricOperationsContract.newRun(), MetricOperationsContract.newRun());
        try (var context = Service.here(influx, journal, Map.of()).start();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var operations = context.getBean(MetricOperations.class);
            var done = new ArrayList<Future<?>>();
            for (String run : runs) {
                done.add(threads.submit(() -> append(operations, run, 0, 3_000)));
            }
            for (int i = 0; i < 3; i++) {
                kill();
                influx.restart();
            }
            for (var future : done) {
                future.get();
            }
            awaitDrained(operations);
            for (String run : runs) {
                assertThat(steps(operations, run)).hasSize(3_000).isSorted().doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void serviceThatStopsWhileTheStoreIsAway_drainsAtItsNextStart() throws Exception {
        var run = MetricOperationsContract.newRun();
        kill();
        try (var context = Service.here(influx, journal, Map.of()).start()) {
            append(context.getBean(MetricOperations.class), run, 0, 500);
        }
        influx.restart();
        try (var context = Service.here(influx, journal, Map.of()).start()) {
            assertThat(steps(context.getBean(MetricOperations.class), run)).hasSize(500);
        }
    }

    @Test
    void fullJournal_refusesUntilItIsDrained() throws Exception {
        var run = MetricOperationsContract.newRun();
        var small = Map.<String, Object>of("fourfold.metrics.journal-max-bytes", 1 << 20);
        try (var context = Service.here(influx, journal, small).start()) {
            var operations = context.getBean(MetricOperations.class);
            kill();
            assertThatThrownBy(() -> append(operations, run, 0, 100_000))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.LimitExceeded.class));
            influx.restart();
            awaitDrained(operations);
            // What was applied is deleted from the journal a moment later.
            await("taken again", () -> isTaken(() -> append(operations, run, 200_000, 200_010)));
            assertThat(steps(operations, run)).endsWith(200_009L);
        }
    }

    private void kill() {
        ProcessHandle.of(influx.pid().orElseThrow()).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    private static void append(MetricOperations operations, String run, int from, int to) {
        for (int step = from; step < to; step += 10) {
            var points = new ArrayList<Point>();
            for (int i = step; i < Math.min(to, step + 10); i++) {
                points.add(new Point("loss", NOW + i / 4, i, i));
            }
            operations.append(new PointBatch("outage", run, points));
        }
    }

    private static List<Long> steps(MetricOperations operations, String run) {
        return operations.history(new HistoryQuery("outage", run, "loss", null, 50_000)).points().points().stream()
                .map(Point::step)
                .toList();
    }

    private static boolean isTaken(Runnable append) {
        try {
            append.run();
            return true;
        } catch (ProblemException e) {
            assertThat(e.problem()).isInstanceOf(Problem.LimitExceeded.class);
            return false;
        }
    }

    private static void awaitDrained(MetricOperations operations) {
        await("drained", () -> operations.journals().getFirst().records() == 0);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what + " within a minute").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
