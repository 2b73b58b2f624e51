package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema to this version before anything can use the data source. Migrating has connections of its own,
 * because the pool's have deadlines that a long migration would miss. Flyway holds a lock meanwhile, so instances may
 * start at once, and a start after a crash goes on where the last one stopped. It takes as long as it takes, while the server
 * answers other connections; where it stands still the start fails, instead of waiting for good.
 */
@Singleton
@ServesMetadata
final class SchemaMigration implements BeanCreatedEventListener<DataSource> {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaMigration.class);
    private static final int CONNECT_RETRIES = 10;
    private static final int CONNECT_SECONDS = 2;
    private static final int LOGIN_SECONDS = 10;

    /** How long the server may answer nobody while it migrates. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final int LOOKS = 12;

    private final ShortConnections server;

    SchemaMigration(
            @Value("${datasources.metadata.url}") String url,
            @Value("${datasources.metadata.username}") String username,
            @Value("${datasources.metadata.password}") String password) {
        this.server = new ShortConnections(url, username, password);
    }

    @Override
    public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
        if (event.getBeanIdentifier().getName().equals(Postgres.NAME)) {
            migrate(server, PATIENCE);
        }
        return event.getBean();
    }

    /** Applies what is missing; does nothing where nothing is. */
    static void migrate(String url, String username, String password) {
        migrate(new ShortConnections(url, username, password), PATIENCE);
    }

    /**
     * The same, unless the server stands still.
     *
     * @param patience for how long it may answer nobody
     */
    static void migrate(ShortConnections server, Duration patience) {
        var migration = new FutureTask<>(flyway(server)::migrate);
        var thread = Thread.ofVirtual().name("schema-migration").start(migration);
        try {
            awaitWhileServerAnswers(thread, server, patience);
            var done = migration.get();
            LOG.info(
                    "event=schema-migrated schema={} applied={} version={}",
                    Postgres.NAME,
                    done.migrationsExecuted,
                    done.migrationsExecuted == 0 ? done.initialSchemaVersion : done.targetSchemaVersion);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the schema was migrated", e);
        } finally {
            // Closes the connection that a virtual thread waits at.
            thread.interrupt();
        }
    }

    private static void awaitWhileServerAnswers(Thread migration, ShortConnections server, Duration patience)
            throws InterruptedException {
        var pause = patience.dividedBy(LOOKS);
        long answered = System.nanoTime();
        while (!migration.join(pause)) {
            if (answers(server, pause)) {
                answered = System.nanoTime();
            } else if (System.nanoTime() - answered > patience.toNanos()) {
                throw new IllegalStateException("PostgreSQL at " + server + " has answered nobody for "
                        + patience.toSeconds()
                        + " s while the schema was to be migrated. Look at that server, and start"
                        + " again: what is not finished is done then");
            }
        }
    }

    /** A refusal is an answer, too: of a server that has no connection left, for example. */
    private static boolean answers(ShortConnections server, Duration limit) {
        try (var connection = server.open(limit)) {
            return Rows.first(connection, "SELECT 1", row -> row.getInt(1)).isPresent();
        } catch (SQLException e) {
            LOG.warn("event=no-answer-while-migrating server={} detail=\"{}\"", server, e.getMessage());
            return !Postgres.isGone(e);
        }
    }

    private static Flyway flyway(ShortConnections server) {
        var connections = new PGSimpleDataSource();
        connections.setUrl(server.url());
        connections.setUser(server.username());
        connections.setPassword(server.password());
        connections.setConnectTimeout(CONNECT_SECONDS);
        connections.setLoginTimeout(LOGIN_SECONDS);
        connections.setTcpKeepAlive(true);
        return Flyway.configure()
                .dataSource(connections)
                .schemas(Postgres.NAME)
                .locations("classpath:db/metadata")
                .connectRetries(CONNECT_RETRIES)
                .connectRetriesInterval(1)
                .load();
    }
}
