package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.RunChanges;
import dev.fourfold.metadata.run.RunOperations;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL killed, and stopped dead, under writers. */
class ITPostgresOutage {

    @Test
    void killedServer_isUnavailableAtOnce_andLosesNothingThatWasAnswered(@TempDir Path folder) throws Exception {
        try (var server = PostgresStore.start(folder.resolve("pg"), 0);
                var context = OneProcess.start(TestPostgres.properties(server.url(), server))) {
            var runs = context.getBean(RunOperations.class);
            var run = newRun(runs);
            var answered = ConcurrentHashMap.<Integer>newKeySet();
            var next = new AtomicInteger();
            var stop = new AtomicBoolean();
            try (var writers = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < 8; i++) {
                    writers.submit(() -> {
                        while (!stop.get()) {
                            int number = next.incrementAndGet();
                            try {
                                runs.write(run, RunChanges.of(Metric.of("m" + number, number, 1, 1)));
                                answered.add(number);
                            } catch (ProblemException e) {
                                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
                                TimeUnit.MILLISECONDS.sleep(20); // A client that was told to retry does not hammer.
                            }
                        }
                        return null;
                    });
                }
                await(() -> answered.size() > 200);
                var children = kill(server);
                // They end a moment after it, each in its own time. One that nobody waits for has no program any more.
                await(() -> children.stream()
                        .noneMatch(child -> child.info().command().isPresent()));
                var first = elapsed(() -> assertUnavailable(() -> runs.get(run)));
                var second = elapsed(() -> assertUnavailable(() -> runs.get(run)));
                assertThat(first).isLessThan(Duration.ofSeconds(20));
                assertThat(second).isLessThan(Duration.ofSeconds(20));
                assertThat(status(context).available()).isFalse();
                server.restart();
                int before = answered.size();
                await(() -> answered.size() > before + 200);
                stop.set(true);
            }
            await(() -> status(context).available());
            assertThat(runs.get(run).metrics())
                    .extracting(Metric::key)
                    .containsAll(answered.stream().map(number -> "m" + number).toList());
        }
    }

    @Test
    void serverThatStopsAnswering_isGivenUp(@TempDir Path folder) throws Exception {
        try (var server = PostgresStore.start(folder.resolve("pg"), 0);
                var context = OneProcess.start(TestPostgres.properties(server.url(), server))) {
            var runs = context.getBean(RunOperations.class);
            var run = newRun(runs);
            Signals.toAll(server, "STOP");
            try {
                var elapsed =
                        elapsed(() -> assertUnavailable(() -> runs.write(run, RunChanges.of(Metric.of("m", 1, 1, 1)))));
                assertThat(elapsed).isLessThan(Duration.ofSeconds(20));
                assertThat(elapsed(() -> assertThat(status(context).available()).isFalse()))
                        .isLessThan(Duration.ofSeconds(20));
            } finally {
                Signals.toAll(server, "CONT");
            }
            await(() -> {
                try {
                    runs.write(run, RunChanges.of(Metric.of("n", 1, 1, 1)));
                    return true;
                } catch (ProblemException e) {
                    return false;
                }
            });
            assertThat(runs.get(run).metrics()).extracting(Metric::key).contains("n");
        }
    }

    /** What the driver waits for while it migrates has no limit: others than that connection tell whether the server answers. */
    @Test
    @Timeout(90)
    void migration_waitsAsLongAsItTakes_butNotForAServerThatStandsStill(@TempDir Path folder) throws Exception {
        var patience = Duration.ofSeconds(1);
        try (var server = PostgresStore.start(folder.resolve("pg"), 0);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var connections = new ShortConnections(server.url(), server.user(), server.password());
            SchemaMigration.migrate(connections, patience);
            try (var other = connections.open(Duration.ofSeconds(30))) {
                other.setAutoCommit(false);
                Rows.update(other, "LOCK TABLE metadata.flyway_schema_history IN ACCESS EXCLUSIVE MODE");
                var held = threads.submit(() -> SchemaMigration.migrate(connections, patience));
                await(() -> somebodyWaitsForALock(connections));
                Rows.list(other, "SELECT pg_sleep(2.5)", _ -> true);
                assertThat(held.isDone()).isFalse();
                other.rollback();
                held.get();

                Rows.update(other, "LOCK TABLE metadata.flyway_schema_history IN ACCESS EXCLUSIVE MODE");
                var stuck = threads.submit(() -> SchemaMigration.migrate(connections, patience));
                await(() -> somebodyWaitsForALock(connections));
                Signals.toAll(server, "STOP");
                try {
                    assertThatThrownBy(stuck::get).hasMessageContaining("has answered nobody for 1 s");
                    assertThatThrownBy(() -> SchemaMigration.migrate(connections, patience))
                            .hasMessageContaining("has answered nobody for 1 s");
                } finally {
                    Signals.toAll(server, "CONT");
                }
                other.rollback();
            }
            SchemaMigration.migrate(connections, patience);
        }
    }

    private static boolean somebodyWaitsForALock(ShortConnections connections) {
        try (var connection = connections.open(Duration.ofSeconds(5))) {
            return !Rows.list(
                            connection,
                            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
                            row -> row.getInt(1))
                    .isEmpty();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static dev.fourfold.contract.StoreStatus status(ApplicationContext context) {
        return context.getBean(StoreOperations.class).status();
    }

    private static String newRun(RunOperations runs) {
        return runs.create(new CreateRun("0", "", null, 0, List.of())).info().runId();
    }

    private static void assertUnavailable(ThrowingCallable call) {
        var thrown = catchThrowableOfType(ProblemException.class, call);
        assertThat(thrown.problem()).isInstanceOfSatisfying(Problem.Unavailable.class, problem -> {
            assertThat(problem.part()).isEqualTo("postgresql");
            assertThat(problem.retryAfter()).isPositive();
        });
    }

    private static Duration elapsed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for 60 s").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Kills the postmaster alone, and gives the children that it had. */
    private static List<ProcessHandle> kill(PostgresStore server) {
        var process = ProcessHandle.of(server.pid().orElseThrow()).orElseThrow();
        var children = process.descendants().toList();
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        return children;
    }
}
