package dev.fourfold.metadata.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import io.micronaut.context.ApplicationContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Writers against each other, in two instances on one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITConcurrentWrites {

    private static final Comparator<Metric> ORDER = Comparator.comparingLong(Metric::step)
            .thenComparingLong(Metric::timestampMillis)
            .thenComparingDouble(metric -> Double.isNaN(metric.value()) ? 0 : metric.value() + 0.0);

    private final Map<String, Object> database = TestPostgres.emptyDatabase();
    private final List<ApplicationContext> instances = List.of(OneProcess.start(database), OneProcess.start(database));

    @AfterAll
    void stop() {
        instances.forEach(ApplicationContext::close);
    }

    @Test
    void sixteenWritersOnFewRuns_neverDeadlock_andTheGreatestStays() throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        var runs = IntStream.range(0, 3).mapToObj(i -> newRun("0")).toList();
        var points = new ArrayList<Point>();
        for (int i = 0; i < 4000; i++) {
            points.add(new Point(
                    runs.get(random.nextInt(runs.size())),
                    Metric.of("m" + random.nextInt(20), oddValue(random), random.nextInt(3), random.nextInt(3) - 1)));
        }
        var calls = new ArrayList<Callable<Boolean>>();
        for (int from = 0; from < points.size(); from += 25) {
            var part = points.subList(from, from + 25);
            calls.add(() -> {
                for (var run : runs) {
                    var metrics = part.stream()
                            .filter(point -> point.run().equals(run))
                            .map(Point::metric)
                            .toList();
                    anyInstance().write(run, RunChanges.batch(metrics, List.of(), List.of(new Tag("t", run))));
                }
                return true;
            });
        }
        try (var threads = Executors.newFixedThreadPool(16)) {
            for (var future : threads.invokeAll(calls)) {
                assertThat(future.get()).isTrue();
            }
        }
        for (var run : runs) {
            var expected = new HashMap<String, Metric>();
            points.stream()
                    .filter(point -> point.run().equals(run))
                    .forEach(point -> expected.merge(
                            point.metric().key(), point.metric(), (a, b) -> ORDER.compare(b, a) > 0 ? b : a));
            var found = anyInstance().get(run).metrics();
            assertThat(found).as("seed %d", seed).hasSameSizeAs(expected.values());
            assertThat(found)
                    .as("seed %d", seed)
                    .allSatisfy(metric -> assertThat(ORDER.compare(metric, expected.get(metric.key())))
                            .isZero());
        }
    }

    @Test
    void writesAgainstDeleteAndRestoreOfTheExperiment_areWrittenOrRefused() throws Exception {
        var experiments = instances.getFirst().getBean(ExperimentOperations.class);
        var experiment = experiments
                .create(new CreateExperiment("busy", null, List.of()))
                .experimentId();
        var runs = IntStream.range(0, 8).mapToObj(i -> newRun(experiment)).toList();
        var calls = new ArrayList<Callable<Integer>>();
        for (int writer = 0; writer < 8; writer++) {
            int number = writer;
            calls.add(() -> {
                int written = 0;
                for (int i = 0; i < 40; i++) {
                    try {
                        anyInstance()
                                .write(
                                        runs.get((i + number) % runs.size()),
                                        RunChanges.batch(
                                                List.of(Metric.of("w" + number, i, i, i)),
                                                List.of(new Param("p", "1")),
                                                List.of()));
                        written++;
                    } catch (ProblemException e) {
                        assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class);
                    }
                }
                return written;
            });
        }
        calls.add(() -> {
            for (int i = 0; i < 20; i++) {
                experiments.delete(experiment);
                experiments.restore(experiment);
            }
            return 0;
        });
        try (var threads = Executors.newFixedThreadPool(9)) {
            for (var future : threads.invokeAll(calls)) {
                future.get();
            }
        }
    }

    @Test
    void creationAgainstDeletion_leavesNoActiveRunBehind() throws Exception {
        var experiments = instances.getFirst().getBean(ExperimentOperations.class);
        for (int round = 0; round < 10; round++) {
            var experiment = experiments
                    .create(new CreateExperiment("short-" + round, null, List.of()))
                    .experimentId();
            var calls = new ArrayList<Callable<String>>();
            for (int i = 0; i < 6; i++) {
                calls.add(() -> {
                    try {
                        return newRun(experiment);
                    } catch (ProblemException e) {
                        return "";
                    }
                });
            }
            calls.add(() -> {
                experiments.delete(experiment);
                return "";
            });
            try (var threads = Executors.newFixedThreadPool(7)) {
                for (var future : threads.invokeAll(calls)) {
                    var run = future.get();
                    if (!run.isEmpty()) {
                        // Asked again below, when the deletion has certainly ended.
                        assertThat(run).hasSize(32);
                    }
                }
            }
            try (var connection = TestPostgres.connect(database);
                    var statement = connection.prepareStatement(
                            "SELECT count(*) FROM runs WHERE experiment_id = ? AND NOT deleted")) {
                statement.setLong(1, Long.parseLong(experiment));
                try (var counted = statement.executeQuery()) {
                    counted.next();
                    assertThat(counted.getInt(1)).isZero();
                }
            }
        }
    }

    private RunOperations anyInstance() {
        return instances
                .get(java.util.concurrent.ThreadLocalRandom.current().nextInt(instances.size()))
                .getBean(RunOperations.class);
    }

    private String newRun(String experiment) {
        return anyInstance()
                .create(new CreateRun(experiment, "", null, 0, List.of()))
                .info()
                .runId();
    }

    private static double oddValue(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> -0.0;
            case 4 -> 0.0;
            default -> random.nextInt(5) - 2;
        };
    }

    private record Point(String run, Metric metric) {}
}
