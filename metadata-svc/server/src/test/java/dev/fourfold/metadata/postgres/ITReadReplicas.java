package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.pool.ConnectionBudget;
import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.embedded.PostgresSettings;
import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.model.ModelOperations;
import dev.fourfold.metadata.model.ModelQuery;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.RegisteredModelOperations;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.RunChanges;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunQuery;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Two instances on one primary, whose searches may go to a real streaming replica, while that is healthy, stands still, is
 * killed, hangs, is promoted, or has followed another server than the primary.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ITReadReplicas {

    private static final String N = "n";

    @TempDir
    static Path folder;

    private static PostgresStore primary;
    private static PostgresStore replica;
    private static ApplicationContext one;
    private static ApplicationContext other;
    private static String experiment;

    @BeforeAll
    static void start() {
        primary = PostgresStore.start(folder.resolve("primary"), 0);
        replica = replicaOf(primary, "replica");
        one = instance(primary, replica);
        other = instance(primary, replica);
        experiment = newExperiment(one);
        awaitUsed(one);
        awaitUsed(other);
    }

    @AfterAll
    static void stop() {
        List.of(one, other, replica, primary).forEach(each -> {
            if (each instanceof ApplicationContext context) {
                context.close();
            } else if (each instanceof EmbeddedStore store) {
                store.close();
            }
        });
    }

    @Test
    void healthyReplica_answersMostSearches_ofEachKind_alsoRightAfterWrites() {
        try (var history = new History()) {
            // Where it was late once, as on a machine that stands still for a moment, it is not asked for a quarter of
            // a second.
            await(() -> {
                double before = onReplica(one) + onReplica(other);
                int searched = history.searches();
                history.awaitSearches(searched + 400);
                int since = history.searches() - searched;
                return onReplica(one) + onReplica(other) - before > since / 2.0;
            });
        }
        List<Runnable> kinds = List.of(
                () -> searchRuns(one, experiment),
                () -> one.getBean(ExperimentOperations.class)
                        .search(new ExperimentQuery(null, List.of(), ViewType.ALL, 10, null)),
                () -> one.getBean(RegisteredModelOperations.class)
                        .search(new RegisteredModelQuery(null, List.of(), 10, null)),
                () -> one.getBean(ModelVersionOperations.class)
                        .search(new ModelVersionQuery(null, List.of(), 10, null)),
                () -> one.getBean(ModelOperations.class)
                        .search(new ModelQuery(List.of(experiment), null, List.of(), 10, List.of(), null)),
                () -> one.getBean(RunOperations.class).datasets(List.of(experiment)));
        for (var kind : kinds) {
            await(() -> {
                double before = onReplica(one);
                kind.run();
                return onReplica(one) == before + 1;
            });
        }
    }

    @Test
    void replicaThatStandsStill_isNeverSeen_andIsUsedAgainAfterwards() throws Exception {
        try (var history = new History()) {
            history.awaitSearches(50);
            double refused = onPrimary(one, "behind") + onPrimary(one, "lagging");
            pause(replica);
            // From when something is written that it does not have, none can be answered there but those under way.
            await(() -> position(primary, "pg_current_wal_lsn()") > position(replica, "pg_last_wal_replay_lsn()"));
            double before = onReplica(one) + onReplica(other);
            history.awaitSearches(history.searches() + 200);
            assertThat(onReplica(one) + onReplica(other) - before).isLessThanOrEqualTo(History.READERS);
            await(() -> onPrimary(one, "behind") + onPrimary(one, "lagging") > refused);
            await(() -> lag(one) > 1);
            double lagging = onPrimary(one, "lagging");
            await(() -> onPrimary(one, "lagging") > lagging);
            resume(replica);
            await(() -> lag(one) < 1);
            awaitUsed(one);
            awaitUsed(other);
        }
    }

    @Test
    void pausedReplica_answersWhileNothingIsWritten() throws Exception {
        try {
            // Again where the server's own work, such as a vacuum, came between: that is written, too.
            await(() -> {
                resume(replica);
                pause(replica);
                double before = onReplica(one);
                searchRuns(one, experiment);
                return onReplica(one) > before;
            });
            newRun(other, experiment);
            for (int i = 0; i < 20; i++) {
                newRun(other, experiment);
                int runs = searchRuns(one, experiment);
                newRun(one, experiment);
                assertThat(searchRuns(one, experiment)).isEqualTo(runs + 1);
            }
        } finally {
            resume(replica);
        }
        awaitUsed(one);
    }

    @Test
    void killedReplica_andOneThatHangs_areNoErrors() throws Exception {
        try (var history = new History()) {
            history.awaitSearches(50);
            double away = onPrimary(one, "away");
            kill(replica);
            history.awaitSearches(history.searches() + 200);
            await(() -> onPrimary(one, "away") > away);
            replica.restart();
            awaitUsed(one);
            awaitUsed(other);
        }
        // Without writers, or none would ask a replica that has not moved since.
        try (var history = new History(0)) {
            history.awaitSearches(50);
            Signals.toAll(replica, "STOP");
            try {
                history.awaitSearches(history.searches() + 200);
            } finally {
                Signals.toAll(replica, "CONT");
            }
        }
        awaitUsed(one);
        awaitUsed(other);
    }

    @Test
    void primaryThatWasKilledAndStarted_isFollowedAgain() throws Exception {
        kill(primary);
        primary.restart();
        awaitPoolIsNew(one);
        awaitPoolIsNew(other);
        awaitUsed(one);
        awaitUsed(other);
        try (var history = new History()) {
            history.awaitSearches(100);
        }
    }

    @Test
    void poolsThatDoNotFitAtAReplica_areWarnedOf_andServed() {
        var log = (Logger) LoggerFactory.getLogger(ConnectionBudget.class);
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        try (var many = OneProcess.start(
                TestPostgres.properties(primary.url(), primary),
                Map.of(
                        "fourfold.postgres.read.urls", replica.url(),
                        "fourfold.metadata.connections", 4,
                        "fourfold.metadata.instances", 40))) {
            awaitUsed(many);
        } finally {
            log.detachAppender(seen);
        }
        synchronized (seen) { // As it is where it appends.
            assertThat(seen.list)
                    .filteredOn(event -> event.getLevel() == Level.WARN)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement(STRING)
                    .contains(
                            "service=metadata-svc@" + EmbeddedStore.HOST + ":" + replica.port(),
                            "instances=40 pool=5 others=0 wanted=200 allowed=197");
        }
    }

    @Test
    void promotedReplica_isAskedNoMore_andAsPrimaryHasNoUseForReplicasOfTheOther() throws Exception {
        try (var promoted = replicaOf(primary, "promoted")) {
            try (var before = instance(primary, promoted)) {
                awaitUsed(before);
                execute(promoted, "SELECT pg_promote()");
                double there = onReplica(before);
                // It has all that the primary has, and goes its own way.
                execute(promoted, "UPDATE metadata.experiments SET name = 'another' WHERE experiment_id = 0");
                for (int i = 0; i < 20; i++) {
                    assertThat(before.getBean(ExperimentOperations.class)
                                    .search(new ExperimentQuery(null, List.of(), ViewType.ALL, 100, null))
                                    .experiments())
                            .extracting(Experiment::name)
                            .doesNotContain("another");
                }
                assertEachRunIsFound(before);
                assertThat(onReplica(before)).isEqualTo(there);
            }
            // The other replica follows the old primary, whose log is longer: its numbers are as great as any here.
            execute(primary, "SELECT pg_logical_emit_message(false, 'filler', repeat('-', 8000000))");
            await(() -> position(replica, "pg_last_wal_replay_lsn()") >= position(primary, "pg_current_wal_lsn()"));
            try (var after = instance(promoted, replica)) {
                await(() -> {
                    searchRuns(after, experiment); // From the first on replicas are looked at.
                    return onPrimary(after, "behind") > 0;
                });
                assertEachRunIsFound(after);
                assertThat(onReplica(after)).isZero();
                assertThat(position(replica, "pg_last_wal_replay_lsn()"))
                        .isGreaterThan(position(promoted, "pg_current_wal_lsn()"));
            }
        }
    }

    private static void assertEachRunIsFound(ApplicationContext context) throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            newRun(context, experiment);
            TimeUnit.MILLISECONDS.sleep(60); // So that they are looked at several times meanwhile.
            var run = newRun(context, experiment);
            assertThat(found(context, experiment)).contains(run);
        }
    }

    /** Writers that count up metrics, and readers in both instances that must see every number that was acknowledged. */
    private static final class History implements AutoCloseable {

        private static final int READERS = 4;

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final AtomicInteger searches = new AtomicInteger();
        private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        private final String place = newExperiment(one);
        private volatile boolean stopped;

        History() {
            this(2);
        }

        History(int writers) {
            var runs = new ArrayList<String>();
            var acknowledged = new ArrayList<AtomicLong>();
            for (int i = 0; i < writers; i++) {
                var run = newRun(one, place);
                var last = new AtomicLong(-1);
                runs.add(run);
                acknowledged.add(last);
                var operations = (i % 2 == 0 ? one : other).getBean(RunOperations.class);
                repeat(() -> {
                    long next = last.get() + 1;
                    operations.write(run, RunChanges.of(Metric.of(N, next, 1, next)));
                    last.set(next);
                });
            }
            for (int i = 0; i < READERS; i++) {
                int reader = i;
                var operations = (i % 2 == 0 ? other : one).getBean(RunOperations.class);
                repeat(() -> {
                    int writer = writers == 0 ? -1 : reader % writers;
                    long written = writer < 0 ? -1 : acknowledged.get(writer).get();
                    var found =
                            operations.search(new RunQuery(List.of(place), null, ViewType.ALL, 100, List.of(), null));
                    searches.incrementAndGet();
                    var seen = found.runs().stream()
                            .filter(run -> run.info().runId().equals(runs.get(writer)))
                            .flatMap(run -> run.metrics().stream())
                            .mapToDouble(Metric::value)
                            .findFirst()
                            .orElse(-1);
                    assertThat(seen).isGreaterThanOrEqualTo(written);
                });
            }
        }

        private void repeat(Runnable step) {
            threads.submit(() -> {
                try {
                    while (!stopped) {
                        step.run();
                    }
                } catch (RuntimeException | AssertionError e) {
                    wrong.add(e);
                }
            });
        }

        int searches() {
            return searches.get();
        }

        void awaitSearches(int number) {
            await(() -> {
                assertThat(wrong).isEmpty();
                return searches.get() >= number;
            });
        }

        void stop() {
            stopped = true;
            threads.close();
            assertThat(wrong).isEmpty();
        }

        @Override
        public void close() {
            stop();
        }
    }

    private static ApplicationContext instance(PostgresStore primary, PostgresStore replica) {
        return OneProcess.start(
                TestPostgres.properties(primary.url(), primary),
                Map.of(
                        "fourfold.postgres.read.urls",
                        replica.url(),
                        // A busy machine, or a slow disk, replays later than within the 20 ms that are worth waiting
                        // for.
                        "fourfold.postgres.read.patience",
                        "1s"));
    }

    private static PostgresStore replicaOf(PostgresStore primary, String name) {
        var settings = PostgresSettings.in(folder.resolve(name), 0);
        // Not five seconds, until it looks for a primary that was away.
        return PostgresStore.startReplica(primary, settings.with(Map.of("wal_retrieve_retry_interval", "200ms")));
    }

    private static String newExperiment(ApplicationContext context) {
        return context.getBean(ExperimentOperations.class)
                .create(new CreateExperiment("e" + System.nanoTime(), null, List.of()))
                .experimentId();
    }

    private static String newRun(ApplicationContext context, String experiment) {
        return context.getBean(RunOperations.class)
                .create(new CreateRun(experiment, "", null, 0, List.of()))
                .info()
                .runId();
    }

    private static int searchRuns(ApplicationContext context, String experiment) {
        return found(context, experiment).size();
    }

    private static List<String> found(ApplicationContext context, String experiment) {
        return context
                .getBean(RunOperations.class)
                .search(new RunQuery(List.of(experiment), null, ViewType.ALL, 1000, List.of(), null))
                .runs()
                .stream()
                .map(run -> run.info().runId())
                .toList();
    }

    /** Until three searches in a row were answered by the replica. */
    private static void awaitUsed(ApplicationContext context) {
        await(() -> {
            double before = onReplica(context);
            for (int i = 0; i < 3; i++) {
                searchRuns(context, "0");
            }
            return onReplica(context) >= before + 3;
        });
    }

    /**
     * Until calls were answered for longer than the pool hands a connection out without a look at it: the primary may be back
     * so soon that connections of before the kill are still among those.
     */
    private static void awaitPoolIsNew(ApplicationContext context) {
        long unseen = TimeUnit.MILLISECONDS.toNanos(Long.getLong("com.zaxxer.hikari.aliveBypassWindowMs", 500));
        long began = System.nanoTime();
        await(() -> {
            try {
                newRun(context, experiment);
                searchRuns(context, "0");
                return System.nanoTime() - began > 2 * unseen;
            } catch (ProblemException e) {
                return false; // Away: it was killed.
            }
        });
    }

    private static double onReplica(ApplicationContext context) {
        return reads(context, "replica", "fresh");
    }

    private static double onPrimary(ApplicationContext context, String reason) {
        return reads(context, "primary", reason);
    }

    private static double reads(ApplicationContext context, String target, String reason) {
        return context
                .getBean(MeterRegistry.class)
                .find("db.reads")
                .tags("store", "postgresql", "target", target, "reason", reason)
                .counters()
                .stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private static double lag(ApplicationContext context) {
        return context.getBean(Searches.class).lags().stream()
                .mapToDouble(figure -> figure.value())
                .max()
                .orElse(-1);
    }

    private static void pause(PostgresStore replica) {
        execute(replica, "SELECT pg_wal_replay_pause()");
        await(() -> "paused".equals(ask(replica, "SELECT pg_get_wal_replay_pause_state()")));
    }

    private static void resume(PostgresStore replica) {
        execute(replica, "SELECT pg_wal_replay_resume()");
    }

    private static long position(PostgresStore server, String function) {
        return Long.parseLong(ask(server, "SELECT (" + function + " - '0/0'::pg_lsn)::bigint"));
    }

    private static String ask(PostgresStore server, String sql) {
        try (var connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(PostgresStore server, String sql) {
        try (var connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for 60 s").isLessThan(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void kill(PostgresStore server) {
        var process = ProcessHandle.of(server.pid().orElseThrow()).orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
