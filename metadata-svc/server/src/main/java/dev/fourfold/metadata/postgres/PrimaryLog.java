package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the primary's log is. Readers that ask at the same time share one look. */
@Singleton
@ServesMetadata
final class PrimaryLog {

    private static final Logger LOG = LoggerFactory.getLogger(PrimaryLog.class);

    /** A primary that takes longer to say this is asked for the search itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final String WRITER =
            "left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || extract(epoch FROM pg_postmaster_start_time())";

    /**
     * A commit is acknowledged when it is written to the log's file, unless synchronous_commit is off: then when it is
     * inserted into the log's buffers. A server in recovery has no such place.
     */
    private static final String POSITION = """
            SELECT CASE WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
                        ELSE pg_current_wal_lsn() END::text,
                   (SELECT mark::text FROM log_history WHERE writer = %s)
            WHERE NOT pg_is_in_recovery()""".formatted(WRITER);

    private static final String MARK = """
            INSERT INTO log_history (writer, mark) VALUES (%s, gen_random_uuid())
            ON CONFLICT (one) DO UPDATE SET writer = excluded.writer, mark = excluded.mark
            WHERE log_history.writer <> excluded.writer""".formatted(WRITER);

    private final Postgres postgres;
    private final AskedTogether<Optional<LogPosition>> asking;

    PrimaryLog(Postgres postgres) {
        this.postgres = postgres;
        this.asking = new AskedTogether<>(this::look);
    }

    /** A place behind all that was acknowledged before this call; empty where the primary does not say. */
    Optional<LogPosition> position() {
        try {
            return asking.ask().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProblemException) {
                LOG.debug("event=position-unknown", e);
                return Optional.empty();
            }
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            LOG.debug("event=position-unknown", e);
            return Optional.empty();
        }
    }

    private Optional<LogPosition> look() {
        var seen = postgres.single(PrimaryLog::seen);
        if (seen.isPresent() && seen.get().mark() == null) {
            // The first time, and once after each start of the server.
            postgres.write(connection -> Rows.update(connection, MARK));
            seen = postgres.single(PrimaryLog::seen);
        }
        return seen.flatMap(Seen::position);
    }

    private static Optional<Seen> seen(Connection connection) throws SQLException {
        return Rows.first(connection, POSITION, row -> new Seen(row.getString(1), row.getString(2)));
    }

    private record Seen(String number, @Nullable String mark) {

        Optional<LogPosition> position() {
            return mark == null
                    ? Optional.empty()
                    : Optional.of(new LogPosition(LogSequenceNumber.valueOf(number), mark));
        }
    }
}
