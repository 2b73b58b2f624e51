package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.purge.PurgeProblems;
import dev.fourfold.metadata.purge.PurgeProgress;
import dev.fourfold.metadata.purge.PurgeQuery;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.purge.PurgeStore;
import dev.fourfold.metadata.purge.RunPurge;
import dev.fourfold.metadata.run.RunProblems;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tombstones in PostgreSQL, whose clock says what is due. */
@Singleton
@ServesMetadata
final class PostgresPurgeStore implements PurgeStore {

    private static final String NOW = "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    private static final String COLUMNS = """
            run_id, experiment_id, retention_class, artifact_uri, requested_by, deleted_time, purged_time, rows, points,
            lines, files, file_bytes, artifacts_left, models_left, done_time, attempts, problem, due_time""";

    /** Whoever writes to a run locks its row, so nobody does from here on; those who wait find it gone. */
    private static final String LOCK = """
            SELECT run_pk, run_id, deleted, deleted_time, %s FROM runs WHERE run_id = ANY (?)
            ORDER BY run_pk FOR UPDATE""".formatted(NOW);

    /** What hangs on a run, but for the points of models, of which there may be very many. */
    private static final List<String> TABLES = List.of(
            "params",
            "run_tags",
            "latest_metrics",
            "input_tags",
            "inputs",
            "model_inputs",
            "model_outputs",
            "run_hearts");

    private static final String REMOVE = """
            WITH gone AS (DELETE FROM %s WHERE run_pk = ANY (?) RETURNING run_pk)
            SELECT run_pk, count(*) FROM gone GROUP BY run_pk""";

    private static final String BURY = """
            WITH gone AS (
                DELETE FROM runs WHERE run_pk = ANY (?)
                RETURNING run_pk, run_id, experiment_id, retention_class, artifact_uri, deleted_time)
            INSERT INTO purged_runs (run_id, run_pk, experiment_id, retention_class, artifact_uri, requested_by,
                deleted_time, purged_time, rows, models_left, due_time)
            SELECT run_id, run_pk, experiment_id, retention_class, artifact_uri, ?, coalesce(deleted_time, clock.now),
                clock.now, 1 + counted.rows,
                (SELECT count(*) FROM logged_models WHERE source_run_id = gone.run_id), clock.now + ?
            FROM gone JOIN unnest(?::bigint[], ?::bigint[]) AS counted (run_pk, rows) USING (run_pk)
            CROSS JOIN (SELECT %s AS now) AS clock""".formatted(NOW);

    private static final String CANDIDATES = """
            SELECT run_id FROM runs
            WHERE experiment_id = ANY (?) AND deleted AND coalesce(deleted_time, 0) <= %s - ?
            ORDER BY deleted_time, run_id LIMIT ?""".formatted(NOW);

    private static final String LIST = """
            SELECT %s FROM purged_runs
            WHERE (?::bigint IS NULL OR experiment_id = ?::bigint) AND (?::boolean IS NULL OR (due_time IS NULL) = ?::boolean)
                AND (?::text IS NULL OR run_id > ?::text)
            ORDER BY run_id LIMIT ?""".formatted(COLUMNS);

    private static final String CLAIM = """
            UPDATE purged_runs SET worker = ?, due_time = %s + ?
            WHERE run_id = (
                SELECT run_id FROM purged_runs WHERE due_time <= %s ORDER BY due_time LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING %s""".formatted(NOW, NOW, COLUMNS);

    private static final String RECORD = """
            UPDATE purged_runs SET points = coalesce(?::bigint, points), lines = coalesce(?::bigint, lines),
                files = coalesce(?::bigint, files), file_bytes = coalesce(?::bigint, file_bytes),
                artifacts_left = coalesce(?::text, artifacts_left), due_time = %s + ?
            WHERE run_id = ? AND worker = ? AND due_time IS NOT NULL RETURNING %s""".formatted(NOW, COLUMNS);

    private static final String DEFER = """
            UPDATE purged_runs SET worker = NULL, problem = ?, attempts = attempts + 1,
                due_time = %s + least(? * (1::bigint << least(attempts, 20)), ?)
            WHERE run_id = ? AND worker = ? AND due_time IS NOT NULL""".formatted(NOW);

    private static final String REMOVE_SOME = """
            DELETE FROM logged_model_metrics WHERE metric_pk = ANY (ARRAY (
                SELECT metric_pk FROM logged_model_metrics
                WHERE run_pk = (SELECT run_pk FROM purged_runs WHERE run_id = ?) LIMIT ?))""";

    private static final String FINISH = """
            UPDATE purged_runs SET rows = rows + ?, done_time = %s, due_time = NULL, worker = NULL, problem = NULL
            WHERE run_id = ? AND worker = ? AND due_time IS NOT NULL
                AND points IS NOT NULL AND lines IS NOT NULL AND files IS NOT NULL
            RETURNING %s""".formatted(NOW, COLUMNS);

    private final Postgres postgres;

    PostgresPurgeStore(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public List<RunPurge> begin(PurgeRequest request, Duration leastAge, Duration settle) {
        return postgres.write(connection -> {
            var ids = request.runIds().toArray(String[]::new);
            var runs = new HashMap<String, Locked>();
            Rows.list(
                    connection,
                    LOCK,
                    row -> runs.put(
                            row.getString(2),
                            new Locked(row.getLong(1), row.getBoolean(3), row.getLong(4), row.getLong(5))),
                    (Object) ids);
            // After the locks: what another request purged while this one waited is seen now.
            Set<String> buried = new HashSet<>(purged(connection, ids));
            var chosen = new ArrayList<Long>();
            for (String id : request.runIds()) {
                var run = runs.get(id);
                if (run != null && run.refusal(id, leastAge) == null) {
                    chosen.add(run.pk());
                } else if (!request.leaveOthers() && !buried.contains(id)) {
                    var problem = run == null ? null : run.refusal(id, leastAge);
                    throw (problem == null ? RunProblems.notFound(id).toException() : problem.toException());
                }
            }
            if (!chosen.isEmpty()) {
                bury(connection, chosen, request.requestedBy(), settle);
            }
            var purges = new HashMap<String, RunPurge>();
            Rows.list(
                    connection,
                    "SELECT " + COLUMNS + " FROM purged_runs WHERE run_id = ANY (?)",
                    row -> purges.put(row.getString(1), read(row)),
                    (Object) ids);
            return request.runIds().stream()
                    .filter(purges::containsKey)
                    .map(purges::get)
                    .toList();
        });
    }

    @Override
    public List<String> candidates(List<Long> experimentIds, Duration leastAge, int limit) {
        return postgres.single(connection -> Rows.list(
                connection,
                CANDIDATES,
                row -> row.getString(1),
                Found.array(experimentIds),
                leastAge.toMillis(),
                limit));
    }

    @Override
    public Optional<RunPurge> find(String runId) {
        return postgres.single(connection -> Rows.first(
                connection,
                "SELECT " + COLUMNS + " FROM purged_runs WHERE run_id = ?",
                PostgresPurgeStore::read,
                runId));
    }

    @Override
    public List<RunPurge> list(PurgeQuery query) {
        @Nullable Long experiment = query.experimentId() == null ? null : Long.valueOf(query.experimentId());
        return postgres.single(connection -> Rows.list(
                connection,
                LIST,
                PostgresPurgeStore::read,
                experiment,
                experiment,
                query.done(),
                query.done(),
                query.after(),
                query.after(),
                query.limit()));
    }

    @Override
    public List<String> purged(List<String> runIds) {
        return postgres.single(connection -> purged(connection, runIds.toArray(String[]::new)));
    }

    @Override
    public Optional<RunPurge> claim(String worker, Duration hold) {
        return postgres.write(
                connection -> Rows.first(connection, CLAIM, PostgresPurgeStore::read, worker, hold.toMillis()));
    }

    @Override
    public Optional<RunPurge> record(String runId, String worker, PurgeProgress progress, Duration hold) {
        return postgres.write(connection -> Rows.first(
                connection,
                RECORD,
                PostgresPurgeStore::read,
                progress.points(),
                progress.lines(),
                progress.files(),
                progress.fileBytes(),
                progress.artifactsLeft(),
                hold.toMillis(),
                runId,
                worker));
    }

    @Override
    public void defer(String runId, String worker, String problem, Duration first, Duration longest) {
        postgres.write(connection ->
                Rows.update(connection, DEFER, problem, first.toMillis(), longest.toMillis(), runId, worker));
    }

    @Override
    public long removeSome(String runId, int limit) {
        return postgres.write(connection -> Rows.update(connection, REMOVE_SOME, runId, limit));
    }

    @Override
    public Optional<RunPurge> finish(String runId, String worker, long rows) {
        return postgres.write(
                connection -> Rows.first(connection, FINISH, PostgresPurgeStore::read, rows, runId, worker));
    }

    private static void bury(Connection connection, List<Long> chosen, @Nullable String requestedBy, Duration settle)
            throws SQLException {
        var pks = Found.array(chosen);
        Map<Long, Long> rows = new HashMap<>();
        for (String table : TABLES) {
            Rows.list(
                    connection,
                    REMOVE.formatted(table),
                    row -> rows.merge(row.getLong(1), row.getLong(2), Long::sum),
                    (Object) pks);
        }
        var counts = new long[pks.length];
        for (int i = 0; i < pks.length; i++) {
            counts[i] = rows.getOrDefault(pks[i], 0L);
        }
        Rows.update(connection, BURY, pks, requestedBy, settle.toMillis(), pks, counts);
    }

    private static List<String> purged(Connection connection, String[] ids) throws SQLException {
        return Rows.list(
                connection, "SELECT run_id FROM purged_runs WHERE run_id = ANY (?)", row -> row.getString(1), (Object)
                        ids);
    }

    private static RunPurge read(ResultSet row) throws SQLException {
        return new RunPurge(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getObject(9, Long.class),
                row.getObject(10, Long.class),
                row.getObject(11, Long.class),
                row.getObject(12, Long.class),
                row.getString(13),
                row.getLong(14),
                row.getObject(15, Long.class),
                row.getInt(16),
                row.getString(17),
                row.getObject(18, Long.class));
    }

    /** A run that nobody else can change now. */
    private record Locked(long pk, boolean deleted, long deletedTimeMillis, long nowMillis) {

        @Nullable
        Problem refusal(String runId, Duration leastAge) {
            if (!deleted) {
                return PurgeProblems.notDeleted(runId);
            }
            return nowMillis - deletedTimeMillis < leastAge.toMillis()
                    ? PurgeProblems.tooYoung(runId, deletedTimeMillis, leastAge)
                    : null;
        }
    }
}
