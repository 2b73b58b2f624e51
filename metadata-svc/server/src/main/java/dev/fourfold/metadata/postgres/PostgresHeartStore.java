package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.heart.BegunHeart;
import dev.fourfold.metadata.heart.HeartOperations;
import dev.fourfold.metadata.heart.HeartPage;
import dev.fourfold.metadata.heart.HeartPage.BeatingHeart;
import dev.fourfold.metadata.heart.HeartRules;
import dev.fourfold.metadata.heart.HeartStore;
import dev.fourfold.metadata.heart.HeartVerdict;
import dev.fourfold.metadata.heart.NewHeart;
import dev.fourfold.metadata.heart.RunHeart;
import dev.fourfold.metadata.heart.SilentHearts;
import dev.fourfold.metadata.heart.SilentHearts.SilentHeart;
import dev.fourfold.metadata.run.RunProblems;
import dev.fourfold.metadata.run.RunStatus;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hearts in PostgreSQL. Whoever changes one holds its run's row. */
@Singleton
@ServesMetadata
final class PostgresHeartStore implements HeartStore {

    private static final String NOW = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    private static final String RUN = "run_pk, run_id, status, start_time, end_time, deleted, %s".formatted(NOW);

    private static final String LOCK_RUN = "SELECT " + RUN + " FROM runs WHERE run_id = ? FOR NO KEY UPDATE";

    private static final String LOCK_RUNS =
            "SELECT " + RUN + " FROM runs WHERE run_id = ANY (?) ORDER BY run_pk FOR NO KEY UPDATE";

    private static final String HEART = "run_pk, number, ttl, worker, begin_time, silent_since, stopped_time, reason";

    private static final String BEGIN = """
            INSERT INTO run_hearts (run_pk, number, ttl, worker, begin_time)
            VALUES (?, nextval('heart_numbers'), ?, ?, ?)
            ON CONFLICT (run_pk) DO UPDATE SET number = excluded.number, ttl = excluded.ttl, worker = excluded.worker,
                begin_time = excluded.begin_time, silent_since = NULL, stopped_time = NULL, reason = NULL
            RETURNING number""";

    private static final String FIND = """
            SELECT runs.run_id, runs.status, runs.deleted, hearts.number IS NOT NULL, hearts.*
            FROM runs LEFT JOIN (SELECT %s FROM run_hearts) AS hearts USING (run_pk) WHERE runs.run_id = ?""".formatted(HEART);

    private static final String BEATING = """
            SELECT run_pk, run_id, number, ttl, worker FROM run_hearts JOIN runs USING (run_pk)
            WHERE stopped_time IS NULL AND run_pk > ? ORDER BY run_pk LIMIT ?""";

    private static final String LOST = "UPDATE heart_watch SET unsure_time = %s".formatted(NOW);

    /** Writes only where it is another. */
    private static final String LISTEN = """
            UPDATE heart_watch SET incarnation = listening.incarnation, unsure_time = %s
            FROM (SELECT ?::text AS incarnation) AS listening
            WHERE heart_watch.incarnation IS DISTINCT FROM listening.incarnation""".formatted(NOW);

    private static final String UNSURE_FOR = "SELECT %s - unsure_time FROM heart_watch".formatted(NOW);

    private final Postgres postgres;

    PostgresHeartStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public BegunHeart begin(String runId, NewHeart heart) {
        return postgres.write(connection -> {
            LockedRun run = Rows.first(connection, LOCK_RUN, LockedRun::read, runId)
                    .orElseThrow(() -> RunProblems.notFound(runId).toException());
            if (run.deleted()) {
                throw RunProblems.notActive(runId).toException();
            }
            Long silentSince = null;
            if (HeartRules.isOver(run.status())) {
                silentSince = heart(connection, run.pk())
                        .map(row -> row.heart().silentSinceMillis())
                        .filter(run::isAsMarked)
                        .orElseThrow(() -> HeartRules.over(runId, run.status()).toException());
                Rows.update(
                        connection, "UPDATE runs SET status = 'RUNNING', end_time = NULL WHERE run_pk = ?", run.pk());
                tag(connection, run.pk(), HeartRules.resumed(run.now(), silentSince));
            }
            long number = Rows.first(
                            connection,
                            BEGIN,
                            row -> row.getLong(1),
                            run.pk(),
                            heart.ttlMillis(),
                            heart.worker(),
                            run.now())
                    .orElseThrow();
            return new BegunHeart(number, silentSince);
        });
    }

    @Override
    public Optional<RunHeart> find(String runId) {
        return postgres.single(connection -> Rows.first(
                connection,
                FIND,
                row -> new RunHeart(
                        row.getString(1),
                        RunStatus.valueOf(row.getString(2)),
                        RunRow.stage(row.getBoolean(3)),
                        row.getBoolean(4) ? HeartRow.read(row, 5).heart() : null),
                runId));
    }

    @Override
    public boolean remove(String runId) {
        return postgres.write(connection -> {
            Optional<LockedRun> run = Rows.first(connection, LOCK_RUN, LockedRun::read, runId);
            if (run.isPresent()) {
                delete(connection, run.get().pk());
            }
            return run.isPresent();
        });
    }

    @Override
    public List<HeartVerdict> stop(SilentHearts silent) {
        return postgres.write(connection -> {
            // Another start of Redis than the one that was listened to: nothing is known yet.
            Rows.update(connection, LISTEN, silent.incarnation());
            var runs = new HashMap<String, LockedRun>();
            Object ids = silent.hearts().stream().map(SilentHeart::runId).toArray(String[]::new);
            Rows.list(connection, LOCK_RUNS, LockedRun::read, ids).forEach(run -> runs.put(run.runId(), run));
            var hearts = new HashMap<Long, RunHeart.Heart>();
            Object pks = runs.values().stream().mapToLong(LockedRun::pk).toArray();
            // In the order of their locks: after them, so that what others committed meanwhile is seen.
            Rows.list(
                            connection,
                            "SELECT " + HEART + " FROM run_hearts WHERE run_pk = ANY (?)",
                            row -> HeartRow.read(row, 1),
                            pks)
                    .forEach(row -> hearts.put(row.pk(), row.heart()));
            long sureMillis =
                    Rows.first(connection, UNSURE_FOR, row -> row.getLong(1)).orElse(0L);
            var verdicts = new ArrayList<HeartVerdict>();
            for (SilentHeart one : silent.hearts()) {
                LockedRun run = runs.get(one.runId());
                RunHeart.Heart heart = run == null ? null : hearts.get(run.pk());
                verdicts.add(
                        run == null || heart == null
                                ? HeartVerdict.GONE
                                : verdict(connection, run, heart, one, sureMillis));
            }
            return verdicts;
        });
    }

    private static HeartVerdict verdict(
            Connection connection, LockedRun run, RunHeart.Heart heart, SilentHeart silent, long sureMillis)
            throws SQLException {
        if (heart.stoppedMillis() != null || heart.number() != silent.number()) {
            return HeartVerdict.GONE;
        }
        if (run.deleted() || HeartRules.isOver(run.status())) {
            delete(connection, run.pk());
            return HeartVerdict.GONE;
        }
        if (sureMillis < heart.ttlMillis()) {
            return HeartVerdict.UNSURE;
        }
        String reason = HeartRules.stopped(silent, heart.ttlMillis());
        Rows.update(
                connection,
                "UPDATE runs SET status = 'FAILED', end_time = ? WHERE run_pk = ?",
                run.endOf(silent.sinceMillis()),
                run.pk());
        Rows.update(
                connection,
                "UPDATE run_hearts SET silent_since = ?, stopped_time = ?, reason = ? WHERE run_pk = ?",
                silent.sinceMillis(),
                run.now(),
                reason,
                run.pk());
        tag(connection, run.pk(), reason);
        return HeartVerdict.STOPPED;
    }

    @Override
    public HeartPage beating(@Nullable Long after, int limit) {
        return postgres.single(connection -> {
            var last = new long[1];
            var hearts = Rows.list(
                    connection,
                    BEATING,
                    row -> {
                        last[0] = row.getLong(1);
                        return new BeatingHeart(row.getString(2), row.getLong(3), row.getLong(4), row.getString(5));
                    },
                    after == null ? 0L : after,
                    limit);
            return new HeartPage(hearts, hearts.size() < limit ? null : last[0]);
        });
    }

    @Override
    public void watch(@Nullable String incarnation) {
        postgres.single(connection ->
                incarnation == null ? Rows.update(connection, LOST) : Rows.update(connection, LISTEN, incarnation));
    }

    /** A client sets the status of a run that it holds the row of: the run ends by itself, or goes on in spite of us. */
    static void overrule(Connection connection, long pk, RunStatus status) throws SQLException {
        var heart = heart(connection, pk).map(HeartRow::heart).orElse(null);
        if (heart == null) {
            return;
        }
        Long silentSince = heart.silentSinceMillis();
        if (silentSince != null) {
            long now = Rows.first(connection, "SELECT " + NOW, row -> row.getLong(1))
                    .orElseThrow();
            tag(connection, pk, HeartRules.overruled(status, now, silentSince));
        }
        if (silentSince != null || HeartRules.isOver(status)) {
            delete(connection, pk);
        }
    }

    private static void delete(Connection connection, long pk) throws SQLException {
        Rows.update(connection, "DELETE FROM run_hearts WHERE run_pk = ?", pk);
    }

    private static void tag(Connection connection, long pk, String text) throws SQLException {
        PostgresRunStore.setTags(connection, pk, List.of(new Tag(HeartOperations.TAG, text)));
    }

    private static Optional<HeartRow> heart(Connection connection, long pk) throws SQLException {
        return Rows.first(
                connection, "SELECT " + HEART + " FROM run_hearts WHERE run_pk = ?", row -> HeartRow.read(row, 1), pk);
    }

    /** A row of the table of hearts. */
    private record HeartRow(long pk, RunHeart.Heart heart) {

        static HeartRow read(ResultSet row, int first) throws SQLException {
            return new HeartRow(
                    row.getLong(first),
                    new RunHeart.Heart(
                            row.getLong(first + 1),
                            row.getLong(first + 2),
                            row.getString(first + 3),
                            row.getLong(first + 4),
                            row.getObject(first + 5, Long.class),
                            row.getObject(first + 6, Long.class),
                            row.getString(first + 7)));
        }
    }

    /** A run whose row is held. */
    private record LockedRun(
            long pk,
            String runId,
            RunStatus status,
            long startMillis,
            @Nullable Long endMillis,
            boolean deleted,
            long now) {

        static LockedRun read(ResultSet row) throws SQLException {
            return new LockedRun(
                    row.getLong(1),
                    row.getString(2),
                    RunStatus.valueOf(row.getString(3)),
                    row.getLong(4),
                    row.getObject(5, Long.class),
                    row.getBoolean(6),
                    row.getLong(7));
        }

        /** The last that was heard of it; the clocks of Redis and of the client may differ. */
        long endOf(long silentSinceMillis) {
            return Math.max(startMillis, silentSinceMillis);
        }

        /** Whether nobody changed how it ended since it was marked. */
        boolean isAsMarked(long silentSinceMillis) {
            return status == RunStatus.FAILED && endMillis != null && endMillis == endOf(silentSinceMillis);
        }
    }
}
