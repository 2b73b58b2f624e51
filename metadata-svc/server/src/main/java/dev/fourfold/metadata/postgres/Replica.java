package dev.fourfold.metadata.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.contract.meters.jdbc.MeasuredDataSource;
import dev.fourfold.contract.pool.ConnectionBudget;
import dev.fourfold.contract.pool.PoolDemand;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One read address. What it may answer is looked at anew before each read, on the read's own connection: behind one
 * address there may be several servers, and any of them may have been promoted. Whether it is asked at all is known from
 * looking at it all the time.
 */
final class Replica implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration LOOK_EVERY_WHILE_AWAY = Duration.ofSeconds(1);

    /** After this another server of the address may be looked at. */
    private static final Duration LOOK_AT_ONE = Duration.ofMinutes(1);

    private static final int LOOK_LIMIT_SECONDS = 2;
    private static final int CONNECT_MILLIS = 250;
    private static final Duration POLL = Duration.ofMillis(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private static final String STATE = """
            SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, (SELECT mark::text FROM log_history)""";

    private final String name;
    private final PoolDemand demand;
    private final HikariDataSource pool;
    private final DataSource connections;
    private final Set<Connection> underWay = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watch;
    private volatile Standing standing = new Standing(Reason.AWAY, null);

    /** Where a search that waited in vain wanted it to be: until it is there, nobody waits again. */
    private volatile @Nullable LogPosition awaited;

    /** How a read went, or why this is not to be asked. */
    enum Reason {
        /** It had replayed all that was acknowledged before the read began. */
        FRESH,
        /** It does not answer, or is no replica. */
        AWAY,
        /** By more than the limit. */
        LAGGING,
        /** It did not replay in time what was written just before. */
        BEHIND,
        /** All its connections were in use. */
        BUSY,
        /** The read failed there; a long one may be in the way of what is to be replayed. */
        FAILED
    }

    /** What became of a read. */
    sealed interface Tried<R extends @Nullable Object> {

        record Read<R extends @Nullable Object>(R value) implements Tried<R> {}

        record Not<R extends @Nullable Object>(Reason reason) implements Tried<R> {}
    }

    /**
     * What the last look told.
     *
     * @param refusal null where it may be asked
     * @param lag null where it is not known
     */
    private record Standing(
            @Nullable Reason refusal, @Nullable Duration lag) {}

    /** @param mark null where it has none yet */
    private record State(
            boolean inRecovery,
            @Nullable LogSequenceNumber replayed,
            @Nullable String mark) {

        static State of(Connection connection) throws SQLException {
            return Rows.first(connection, STATE, row -> {
                        var number = row.getString(2);
                        return new State(
                                row.getBoolean(1),
                                number == null ? null : LogSequenceNumber.valueOf(number),
                                row.getString(3));
                    })
                    .orElseThrow();
        }

        boolean has(LogPosition position) {
            return inRecovery
                    && replayed != null
                    && replayed.compareTo(position.number()) >= 0
                    && position.mark().equals(mark);
        }
    }

    /**
     * @param settings the pool's, as the primary's
     * @param instances how many processes have such a pool
     * @param name of the pool
     * @param position asks the primary where its log is
     */
    Replica(
            HikariConfig settings,
            int instances,
            String url,
            String name,
            StoreCalls calls,
            Duration maxLag,
            Supplier<Optional<LogPosition>> position) {
        this.name = PostgresStatus.withoutCredentials(url).replaceFirst("/.*", "");
        this.demand = new PoolDemand(
                "metadata-svc@" + this.name,
                settings.getMaximumPoolSize() + 1, // One looks at it.
                instances,
                0,
                "FOURFOLD_METADATA_CONNECTIONS",
                "FOURFOLD_METADATA_INSTANCES",
                "FOURFOLD_POSTGRES_READ_URLS");
        var own = new HikariConfig();
        settings.copyStateTo(own);
        own.setJdbcUrl(url);
        own.setPoolName(name);
        own.setReadOnly(true);
        own.setInitializationFailTimeout(-1);
        // There is the primary to ask: no search waits here for long.
        own.setConnectionTimeout(CONNECT_MILLIS);
        own.setValidationTimeout(CONNECT_MILLIS);
        // Nor for a table that is being changed, which is locked there for as long as the log of it takes to come.
        own.setConnectionInitSql("SET lock_timeout = '500ms'");
        this.pool = new HikariDataSource(own);
        this.connections = new MeasuredDataSource(pool, calls, name);
        this.watch = Thread.ofVirtual().name(name).start(() -> keepLooking(url, own, maxLag, position));
    }

    String name() {
        return name;
    }

    /** Null where it may be asked. */
    @Nullable
    Reason refusal() {
        var refusal = standing.refusal();
        return refusal == null && awaited != null ? Reason.BEHIND : refusal;
    }

    /** How far it is behind; empty where that is not known. */
    Optional<Duration> lag() {
        return Optional.ofNullable(standing.lag());
    }

    /** Reads, if it has replayed the log up to this position by then. */
    <R extends @Nullable Object> Tried<R> read(LogPosition position, Duration patience, Postgres.Work<R> work) {
        try (var connection = connections.getConnection()) {
            underWay.add(connection);
            try {
                var state = await(connection, position, patience);
                if (!state.inRecovery()) {
                    // Promoted: it may go its own way from here on. Another connection may lead to another server.
                    connection.abort(Runnable::run);
                    refuse(Reason.AWAY, "it is no replica");
                    return new Tried.Not<>(Reason.AWAY);
                }
                if (!state.has(position)) {
                    awaited = position;
                    return new Tried.Not<>(Reason.BEHIND);
                }
                return new Tried.Read<>(work.on(connection));
            } finally {
                underWay.remove(connection);
            }
        } catch (SQLTransientConnectionException e) {
            if (e.getCause() == null) {
                return new Tried.Not<>(Reason.BUSY);
            }
            refuse(Reason.AWAY, e.getMessage());
            return new Tried.Not<>(Reason.AWAY);
        } catch (SQLException e) {
            if (Postgres.isGone(e)) {
                refuse(Reason.AWAY, e.getMessage());
                return new Tried.Not<>(Reason.AWAY);
            }
            LOG.info("event=read-failed replica={} state={} reason=\"{}\"", name, e.getSQLState(), e.getMessage());
            return new Tried.Not<>(Reason.FAILED);
        }
    }

    /** What it is like once it has this position, or when the patience is at its end. */
    private static State await(Connection connection, LogPosition position, Duration patience) throws SQLException {
        long begun = System.nanoTime();
        var state = State.of(connection);
        while (state.inRecovery()
                && !state.has(position)
                && System.nanoTime() - begun < patience.toNanos()
                && slept(POLL)) {
            state = State.of(connection);
        }
        return state;
    }

    private static boolean slept(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void keepLooking(
            String url, HikariConfig settings, Duration maxLag, Supplier<Optional<LogPosition>> position) {
        var lag = new Lag();
        boolean compared = false;
        try {
            boolean stays = true;
            while (!closed.await(stays ? 0 : LOOK_EVERY_WHILE_AWAY.toMillis(), TimeUnit.MILLISECONDS)) {
                try (var connection = DriverManager.getConnection(url, properties(settings))) {
                    if (!compared) {
                        compared = true; // As at the primary, once: behind one address each server allows as many.
                        ConnectionBudget.of(connection).compare(demand);
                    }
                    stays = look(connection, lag, maxLag, position);
                } catch (SQLException e) {
                    stays = false;
                    refuse(Reason.AWAY, e.getMessage());
                    cutOff();
                } catch (RuntimeException e) {
                    stays = false;
                    LOG.error("event=look-failed replica={}", name, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The service stops.
        }
    }

    /** Looks for a while; whether it is to be looked at again at once. */
    private boolean look(Connection connection, Lag lag, Duration maxLag, Supplier<Optional<LogPosition>> position)
            throws SQLException, InterruptedException {
        long until = System.nanoTime() + LOOK_AT_ONE.toNanos();
        while (System.nanoTime() - until < 0) {
            long asked = System.nanoTime();
            var primary = position.get();
            primary.ifPresent(reached -> lag.reached(reached, asked));
            var state = State.of(connection);
            var replayed = state.replayed();
            if (!state.inRecovery() || replayed == null) {
                refuse(Reason.AWAY, "it is no replica");
                return false;
            }
            note(state, lag.behind(replayed, System.nanoTime()), maxLag, primary);
            if (closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    private void note(State state, Duration behind, Duration maxLag, Optional<LogPosition> primary) {
        var place = awaited;
        // Of a place in another history nobody will ever hear.
        if (place != null
                && (state.has(place)
                        || primary.filter(now -> !now.mark().equals(place.mark()))
                                .isPresent())) {
            awaited = null;
        }
        boolean follows = primary.map(LogPosition::mark)
                .filter(mark -> mark.equals(state.mark()))
                .isPresent();
        var before = standing.refusal();
        var refusal = behind.compareTo(maxLag) > 0 ? Reason.LAGGING : follows ? null : Reason.BEHIND;
        standing = new Standing(refusal, behind);
        if (before != refusal) {
            LOG.info("event=replica-{} replica={} behind={}", refusal == null ? "used" : "left-alone", name, behind);
        }
    }

    private void refuse(Reason reason, @Nullable String why) {
        if (standing.refusal() != reason) {
            LOG.warn("event=replica-left-alone replica={} reason=\"{}\"", name, why);
        }
        standing = new Standing(reason, null);
    }

    /** It does not answer: who waits for it meanwhile is to ask the primary. */
    private void cutOff() {
        for (var connection : underWay) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("event=cut-off-failed replica={}", name, e);
            }
        }
    }

    private static Properties properties(HikariConfig settings) {
        var properties = new Properties();
        properties.putAll(settings.getDataSourceProperties());
        properties.setProperty("user", settings.getUsername());
        properties.setProperty("password", settings.getPassword());
        properties.setProperty("socketTimeout", String.valueOf(LOOK_LIMIT_SECONDS));
        // Values of the configuration may be numbers, which the driver would not see.
        properties.replaceAll((_, value) -> String.valueOf(value));
        return properties;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            watch.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.close();
    }
}
