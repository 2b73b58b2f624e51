package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import io.micronaut.data.connection.ConnectionDefinition;
import io.micronaut.data.connection.ConnectionOperations;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs work in a transaction, repeats what lost against another transaction, and turns failures into problems. */
@Singleton
@ServesMetadata
final class Postgres {

    /** The name of the data source, of its configuration and of the schema. */
    static final String NAME = "metadata";

    static final String PART = "postgresql";

    private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);
    private static final String UNIQUE_VIOLATION = "23505";
    private static final int ATTEMPTS = 4;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** How long nobody else waits for a connection after one has waited in vain. */
    private static final Duration QUIET = Duration.ofMillis(500);

    /** Serialization failure, deadlock: nothing happened, and the next attempt may succeed. */
    private static final Set<String> LOST = Set.of("40001", "40P01");

    /**
     * Too many connections, out of resources, cancelled by a deadline, lock not available, shutting down, crashed,
     * starting up, read-only (a standby), disk full, I/O error.
     */
    private static final Set<String> AWAY = Set.of(
            "53000", "53100", "53200", "53300", "53400", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25006",
            "25P03", "58000", "58030", "XX000");

    /** Stopped by its operator, crashed, starting up. */
    private static final Set<String> SHUTTING_DOWN = Set.of("57P01", "57P02", "57P03");

    private final TransactionOperations<Connection> transactions;
    private final ConnectionOperations<Connection> connections;

    /** In the time of {@link System#nanoTime}. */
    private volatile long quietUntil = System.nanoTime();

    Postgres(
            @Named(NAME) TransactionOperations<Connection> transactions,
            @Named(NAME) ConnectionOperations<Connection> connections) {
        this.transactions = transactions;
        this.connections = connections;
    }

    /** Work on one connection inside a transaction. */
    @FunctionalInterface
    interface Work<R extends @Nullable Object> {
        R on(Connection connection) throws SQLException;
    }

    /** Runs a single reading statement, which needs no transaction around it and so one round trip only. */
    <R extends @Nullable Object> R single(Work<R> work) {
        return attempt(() ->
                connections.execute(ConnectionDefinition.DEFAULT, status -> unchecked(work, status.getConnection())));
    }

    /** Reads in one transaction. */
    <R extends @Nullable Object> R read(Work<R> work) {
        return attempt(() -> transactions.executeRead(status -> unchecked(work, status.getConnection())));
    }

    /** Writes in one transaction, which is rolled back where the work throws. */
    <R extends @Nullable Object> R write(Work<R> work) {
        return attempt(() -> transactions.executeWrite(status -> unchecked(work, status.getConnection())));
    }

    /**
     * Writes in one transaction.
     *
     * @param taken the problem where a unique constraint refuses the write
     */
    <R extends @Nullable Object> R write(Work<R> work, Supplier<ProblemException> taken) {
        return write(connection -> {
            try {
                return work.on(connection);
            } catch (SQLException e) {
                if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                    throw taken.get();
                }
                throw e;
            }
        });
    }

    /** Micronaut lets a checked exception through undeclared, and nobody who catches what is declared would see it. */
    private static <R extends @Nullable Object> R unchecked(Work<R> work, Connection connection) {
        try {
            return work.on(connection);
        } catch (SQLException e) {
            throw new UncheckedSql(e);
        }
    }

    private <R extends @Nullable Object> R attempt(Supplier<R> transaction) {
        if (System.nanoTime() - quietUntil < 0) {
            throw unavailable().toException();
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.get();
            } catch (ProblemException e) {
                throw e;
            } catch (RuntimeException e) {
                var failure = sqlFailure(e);
                if (failure == null) {
                    throw e;
                }
                if (!LOST.contains(String.valueOf(failure.getSQLState())) || attempt == ATTEMPTS) {
                    throw problem(failure, e);
                }
                LOG.debug("event=transaction-repeated state={} attempt={}", failure.getSQLState(), attempt);
            }
        }
    }

    /** The one place where a failure of PostgreSQL becomes a problem; none of its text reaches the caller. */
    private ProblemException problem(SQLException failure, RuntimeException cause) {
        if (cannotConnect(failure)) {
            quietUntil = System.nanoTime() + QUIET.toNanos();
        }
        var state = String.valueOf(failure.getSQLState());
        // Without a state it is not the server that speaks, but the pool or the driver: the connection is gone.
        if (failure.getSQLState() == null
                || failure instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || AWAY.contains(state)
                || LOST.contains(state)) {
            LOG.warn("event=postgresql-unavailable state={} detail=\"{}\"", state, failure.getMessage());
            return unavailable().toException(cause);
        }
        LOG.error("event=postgresql-refused state={}", state, failure);
        return new Problem.Internal("PostgreSQL refused a statement").toException(cause);
    }

    /** Carries the driver's exception through a callback that may not throw it. */
    private static final class UncheckedSql extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UncheckedSql(SQLException cause) {
            super(cause);
        }
    }

    /** The connection, not a statement, has failed: without a state it is not the server that speaks. */
    static boolean isGone(SQLException failure) {
        var state = failure.getSQLState();
        return state == null || state.startsWith("08") || SHUTTING_DOWN.contains(state);
    }

    static Problem unavailable() {
        return new Problem.Unavailable(PART, "PostgreSQL is not available now", RETRY_AFTER);
    }

    /** The pool gave up and says why the server takes no connection; without a reason, all connections were in use. */
    private static boolean cannotConnect(SQLException failure) {
        return failure instanceof SQLTransientConnectionException && failure.getCause() instanceof SQLException;
    }

    private static @Nullable SQLException sqlFailure(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }
}
