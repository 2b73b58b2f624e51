package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.meters.jdbc.MeasuredDataSource;
import dev.fourfold.contract.pool.ConnectionBudget;
import dev.fourfold.embedded.PostgresSettings;
import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import io.micronaut.context.ApplicationContext;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The pool at a PostgreSQL that has few connections: 20, of which 3 are kept for superusers. */
class ITPool {

    private static final long ASKED_AFTER_MILLIS = 600;

    @TempDir
    private static Path folder;

    private static PostgresStore server;

    @BeforeAll
    static void start() throws SQLException {
        server =
                PostgresStore.start(PostgresSettings.in(folder.resolve("pg"), 0).with(Map.of("max_connections", "20")));
        try (var connection = TestPostgres.connect(TestPostgres.properties(server.url(), server));
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE narrow CONNECTION LIMIT 4");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void poolThatCannotFit_isRefused_andTheSettingIsNamed() {
        assertThatThrownBy(() -> service(Map.of("fourfold.metadata.connections", 18)))
                .hasStackTraceContaining("may open 18 connections, and PostgreSQL lets it have 17")
                .hasStackTraceContaining("FOURFOLD_METADATA_CONNECTIONS");
    }

    @Test
    void databaseWithALimitOfItsOwn_countsByThat() {
        assertThatThrownBy(() -> service(
                        Map.of("fourfold.postgres.url", server.url("narrow"), "fourfold.metadata.connections", 5)))
                .hasStackTraceContaining("PostgreSQL lets it have 4");
    }

    @Test
    void instancesThatDoNotFitTogether_areWarnedOf_andServed() {
        var warnings = warningsOf(Map.of(
                "fourfold.metadata.connections", 5,
                "fourfold.metadata.instances", 3,
                "fourfold.postgres.other-connections", 3));
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("instances=3 pool=5 others=3 wanted=18 allowed=17", "FOURFOLD_METADATA_INSTANCES");
    }

    @Test
    void instancesThatFit_areNotWarnedOf() {
        assertThat(warningsOf(Map.of(
                        "fourfold.metadata.connections", 5,
                        "fourfold.metadata.instances", 3,
                        "fourfold.postgres.other-connections", 2)))
                .isEmpty();
    }

    /** A connection that nobody used for a while is asked first, so its end is not seen by a request. */
    @Test
    void connectionsThatTheServerEnded_areNotHandedOut() throws Exception {
        try (var context =
                service(Map.of("fourfold.metadata.connections", 3, "fourfold.metadata.idle-connections", 3))) {
            var postgres = context.getBean(Postgres.class);
            assertThat(pid(postgres)).isPositive();
            TimeUnit.MILLISECONDS.sleep(ASKED_AFTER_MILLIS); // The pool asks those that rested for half a second.
            try (var connection = TestPostgres.connect(TestPostgres.properties(server.url(), server));
                    var statement = connection.createStatement()) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'metadata-svc'");
            }
            for (int request = 0; request < 3; request++) {
                assertThat(pid(postgres)).isPositive();
            }
        }
    }

    /** In the other order statements outside of a transaction fail. */
    @Test
    void whatMeasuresThePool_isInsideOfWhatMicronautDataPutsAroundIt() {
        try (var context = service(Map.of("fourfold.metadata.connections", 2))) {
            assertThat(context.getBean(DataSource.class, Qualifiers.byName(Postgres.NAME)))
                    .isInstanceOfSatisfying(
                            DelegatingDataSource.class,
                            outermost ->
                                    assertThat(outermost.getTargetDataSource()).isInstanceOf(MeasuredDataSource.class));
        }
    }

    @Test
    @Timeout(60)
    void requestThatGetsNoConnection_isUnavailable_andTheNextOneIsServed() throws Exception {
        try (var context = service(
                        Map.of("fourfold.metadata.connections", 2, "fourfold.metadata.connection-timeout", 1000));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var postgres = context.getBean(Postgres.class);
            var taken = new CountDownLatch(2);
            var leave = new CountDownLatch(1);
            for (int holder = 0; holder < 2; holder++) {
                threads.submit(() -> hold(postgres, taken, leave));
            }
            taken.await();
            assertThatThrownBy(() -> pid(postgres))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
            leave.countDown();
            assertThat(pid(postgres)).isPositive();
        }
    }

    /** Again where making the second connection takes longer than anybody waits for one. */
    private static void hold(Postgres postgres, CountDownLatch taken, CountDownLatch leave) {
        boolean held = false;
        while (!held) {
            try {
                held = postgres.<Boolean>single(connection -> held(taken, leave));
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
            }
        }
    }

    private static boolean held(CountDownLatch taken, CountDownLatch leave) {
        taken.countDown();
        try {
            leave.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int pid(Postgres postgres) {
        return postgres.single(connection -> Rows.first(connection, "SELECT pg_backend_pid()", row -> row.getInt(1))
                .orElseThrow());
    }

    private static List<String> warningsOf(Map<String, Object> settings) {
        var log = (Logger) LoggerFactory.getLogger(ConnectionBudget.class);
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        try (var context = service(settings)) {
            assertThat(pid(context.getBean(Postgres.class))).isPositive();
        } finally {
            log.detachAppender(seen);
        }
        return seen.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static ApplicationContext service(Map<String, Object> settings) {
        var all = new HashMap<>(TestPostgres.properties(server.url(), server));
        all.putAll(settings);
        var context = OneProcess.start(all);
        try {
            context.getBean(Postgres.class);
            return context;
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }
}
