package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.RunPlace;
import dev.fourfold.metadata.run.RunProblems;
import dev.fourfold.metadata.run.RunWrite;
import dev.fourfold.metadata.run.WriteOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes that hold nothing but metrics of runs, which are nearly all: what {@link RunWriting} does, in one statement and
 * so in one round trip, with a transaction of its own.
 */
final class MetricWriting {

    /**
     * Locks the runs in the order of their keys, as every writer does, and upserts what belongs to those that are there
     * and active. Nobody else writes metrics of a locked run, and an upsert looks at the newest row, whatever the
     * statement's snapshot: so it decides by what the last holder of the lock left.
     */
    private static final String KEEP_GREATEST = """
            WITH locked AS MATERIALIZED (
                SELECT run_pk, run_id, experiment_id, deleted, retention_class, number
                FROM unnest(?::text[]) WITH ORDINALITY AS wanted (run_id, number) JOIN runs USING (run_id)
                ORDER BY run_pk FOR NO KEY UPDATE OF runs),
            kept AS (
                INSERT INTO latest_metrics AS latest (run_pk, key, value, is_nan, timestamp, step)
                SELECT run_pk, key, value, is_nan, timestamp, step
                FROM unnest(?::bigint[], ?::text[], ?::double precision[], ?::boolean[], ?::bigint[], ?::bigint[])
                    AS logged (number, key, value, is_nan, timestamp, step)
                JOIN locked USING (number) WHERE NOT deleted
                ON CONFLICT (run_pk, key) DO UPDATE
                SET value = excluded.value, is_nan = excluded.is_nan, timestamp = excluded.timestamp,
                    step = excluded.step
                WHERE (excluded.step, excluded.timestamp, excluded.value)
                    > (latest.step, latest.timestamp, latest.value))
            SELECT run_id, experiment_id, deleted, retention_class FROM locked""";

    private MetricWriting() {}

    /** Whether these can be written so. */
    static boolean fits(List<RunWrite> writes) {
        for (var write : writes) {
            var changes = write.changes();
            if (!changes.params().isEmpty() || !changes.tags().isEmpty()) {
                return false;
            }
            for (var metric : changes.metrics()) {
                if (metric.modelId() != null) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Writes all of them, outside of a transaction. */
    static List<WriteOutcome> apply(Connection connection, List<RunWrite> writes) throws SQLException {
        var numbers = new LinkedHashMap<String, Long>();
        var greatest = new LinkedHashMap<Key, Metric>();
        for (var write : writes) {
            long number = numbers.computeIfAbsent(write.runId(), _ -> numbers.size() + 1L);
            for (var metric : write.changes().metrics()) {
                greatest.merge(
                        new Key(number, metric.key()),
                        metric,
                        (first, next) -> RunWriting.isGreater(next, first) ? next : first);
            }
        }
        var columns = RunWriting.Columns.of(greatest.values());
        Map<String, Found> found = new HashMap<>();
        Rows.list(
                connection,
                KEEP_GREATEST,
                row -> found.put(row.getString(1), new Found(row.getString(2), row.getBoolean(3), row.getString(4))),
                numbers.keySet().toArray(String[]::new),
                greatest.keySet().stream().mapToLong(Key::number).toArray(),
                greatest.keySet().stream().map(Key::key).toArray(String[]::new),
                columns.values(),
                columns.nans(),
                columns.timestamps(),
                columns.steps());
        var outcomes = new ArrayList<WriteOutcome>(writes.size());
        for (var write : writes) {
            var run = found.get(write.runId());
            if (run == null) {
                outcomes.add(new WriteOutcome.Refused(RunProblems.notFound(write.runId())));
            } else if (run.deleted()) {
                outcomes.add(new WriteOutcome.Refused(RunProblems.notActive(write.runId())));
            } else {
                outcomes.add(new WriteOutcome.Written(
                        new RunPlace(write.runId(), run.experimentId(), LifecycleStage.ACTIVE, run.retentionClass())));
            }
        }
        return outcomes;
    }

    /** A metric of a run, which goes by its number in the statement. */
    private record Key(long number, String key) {}

    private record Found(
            String experimentId, boolean deleted, @Nullable String retentionClass) {}
}
