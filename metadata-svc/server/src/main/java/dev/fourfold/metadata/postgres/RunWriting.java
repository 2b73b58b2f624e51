package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.RunPlace;
import dev.fourfold.metadata.run.RunProblems;
import dev.fourfold.metadata.run.RunProblems.ChangedParam;
import dev.fourfold.metadata.run.RunStore;
import dev.fourfold.metadata.run.RunWrite;
import dev.fourfold.metadata.run.WriteOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One transaction for many writes: locks the runs, decides each write in turn, and stores what all of them leave in one
 * statement for each table. The locks keep every other writer of these runs out, so what was read stays true.
 */
final class RunWriting {

    static final String SET_TAGS = """
            INSERT INTO run_tags (run_pk, key, value) SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[])
            ON CONFLICT (run_pk, key) DO UPDATE SET value = excluded.value""";

    private static final String LOCK_RUNS = """
            SELECT run_pk, run_id, experiment_id, deleted, retention_class FROM runs
            WHERE run_id = ANY (?) ORDER BY run_pk FOR NO KEY UPDATE""";
    private static final String READ_PARAMS = """
            SELECT params.run_pk, params.key, params.value FROM params
            JOIN unnest(?::bigint[], ?::text[]) AS asked (run_pk, key) USING (run_pk, key)""";
    private static final String ADD_PARAMS =
            "INSERT INTO params (run_pk, key, value) SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[])";
    private static final String KEEP_GREATEST = """
            INSERT INTO latest_metrics AS latest (run_pk, key, value, is_nan, timestamp, step)
            SELECT * FROM unnest(?::bigint[], ?::text[], ?::double precision[], ?::boolean[], ?::bigint[], ?::bigint[])
            ON CONFLICT (run_pk, key) DO UPDATE
            SET value = excluded.value, is_nan = excluded.is_nan, timestamp = excluded.timestamp, step = excluded.step
            WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest.step, latest.timestamp, latest.value)""";
    private static final String FIND_MODELS = "SELECT model_id, model_pk FROM logged_models WHERE model_id = ANY (?)";

    /** The runs are locked, so nobody else adds points of theirs. */
    private static final String ADD_MODEL_METRICS = """
            INSERT INTO logged_model_metrics
                (run_pk, key, value, is_nan, timestamp, step, model_pk, dataset_name, dataset_digest)
            SELECT * FROM unnest(?::bigint[], ?::text[], ?::double precision[], ?::boolean[], ?::bigint[], ?::bigint[],
                ?::bigint[], ?::text[], ?::text[])
            ON CONFLICT DO NOTHING""";

    private static final String RENAME = """
            UPDATE runs SET run_name = renamed.name FROM unnest(?::bigint[], ?::text[]) AS renamed (run_pk, name)
            WHERE runs.run_pk = renamed.run_pk AND runs.run_name <> renamed.name""";

    private static final Comparator<Key> BY_RUN_AND_KEY =
            Comparator.comparingLong(Key::pk).thenComparing(Key::key);

    private final Connection connection;
    private final Map<String, LockedRun> runs = new HashMap<>();
    private final Map<Key, String> params = new HashMap<>();
    private final Map<Key, String> newParams = new TreeMap<>(BY_RUN_AND_KEY);
    private final Map<Key, Metric> metrics = new TreeMap<>(BY_RUN_AND_KEY);
    private final Map<String, Long> models = new HashMap<>();
    private final List<ModelPoint> modelPoints = new ArrayList<>();
    private final Map<Key, String> tags = new TreeMap<>(BY_RUN_AND_KEY);

    RunWriting(Connection connection) {
        this.connection = connection;
    }

    List<WriteOutcome> apply(List<RunWrite> writes) throws SQLException {
        lock(writes);
        readParams(writes);
        readModels(writes);
        var outcomes = new ArrayList<WriteOutcome>(writes.size());
        for (var write : writes) {
            var run = runs.get(write.runId());
            var refusal = refusal(write, run);
            if (refusal != null) {
                outcomes.add(new WriteOutcome.Refused(refusal));
            } else if (run != null) {
                accept(run.pk(), write);
                outcomes.add(new WriteOutcome.Written(run.place()));
            }
        }
        store();
        return outcomes;
    }

    private void lock(List<RunWrite> writes) throws SQLException {
        var ids = writes.stream().map(RunWrite::runId).distinct().toArray(String[]::new);
        Rows.list(
                connection,
                LOCK_RUNS,
                row -> runs.put(
                        row.getString(2),
                        new LockedRun(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBoolean(4),
                                row.getString(5))),
                (Object) ids);
    }

    private void readParams(List<RunWrite> writes) throws SQLException {
        var asked = new HashSet<Key>();
        for (var write : writes) {
            var run = runs.get(write.runId());
            if (run != null) {
                write.changes().params().forEach(param -> asked.add(new Key(run.pk(), param.key())));
            }
        }
        if (!asked.isEmpty()) {
            Rows.list(
                    connection,
                    READ_PARAMS,
                    row -> params.put(new Key(row.getLong(1), row.getString(2)), row.getString(3)),
                    pks(asked),
                    keys(asked));
        }
    }

    private void readModels(List<RunWrite> writes) throws SQLException {
        var asked = new HashSet<String>();
        for (var write : writes) {
            for (var metric : write.changes().metrics()) {
                if (metric.modelId() != null) {
                    asked.add(metric.modelId());
                }
            }
        }
        if (!asked.isEmpty()) {
            Rows.list(connection, FIND_MODELS, row -> models.put(row.getString(1), row.getLong(2)), (Object)
                    asked.toArray(String[]::new));
        }
    }

    private @Nullable Problem refusal(RunWrite write, @Nullable LockedRun run) {
        if (run == null) {
            return RunProblems.notFound(write.runId());
        }
        if (run.deleted()) {
            return RunProblems.notActive(write.runId());
        }
        for (var metric : write.changes().metrics()) {
            if (metric.modelId() != null && !models.containsKey(metric.modelId())) {
                return RunProblems.unknownModel(metric.modelId());
            }
        }
        var changed = new ArrayList<ChangedParam>();
        for (var param : write.changes().params()) {
            var old = params.get(new Key(run.pk(), param.key()));
            if (old != null && !old.equals(param.value())) {
                changed.add(new ChangedParam(param.key(), old, param.value()));
            }
        }
        return changed.isEmpty()
                ? null
                : RunProblems.paramsChanged(
                        write.runId(), changed, write.changes().single());
    }

    private void accept(long pk, RunWrite write) {
        for (Param param : write.changes().params()) {
            var key = new Key(pk, param.key());
            if (params.putIfAbsent(key, param.value()) == null) {
                newParams.put(key, param.value());
            }
        }
        for (Metric metric : write.changes().metrics()) {
            metrics.merge(new Key(pk, metric.key()), metric, (first, next) -> isGreater(next, first) ? next : first);
            var model = metric.modelId() == null ? null : models.get(metric.modelId());
            if (model != null) {
                modelPoints.add(new ModelPoint(pk, model, metric));
            }
        }
        for (Tag tag : write.changes().tags()) {
            if (!(tag.key().equals(RunStore.RUN_NAME_TAG) && tag.value().isEmpty())) { // An empty name changes nothing.
                tags.put(new Key(pk, tag.key()), tag.value());
            }
        }
    }

    private void store() throws SQLException {
        if (!newParams.isEmpty()) {
            Rows.update(connection, ADD_PARAMS, pks(newParams.keySet()), keys(newParams.keySet()), texts(newParams));
        }
        if (!metrics.isEmpty()) {
            storeMetrics();
        }
        if (!modelPoints.isEmpty()) {
            storeModelPoints();
        }
        if (!tags.isEmpty()) {
            Rows.update(connection, SET_TAGS, pks(tags.keySet()), keys(tags.keySet()), texts(tags));
            tags.keySet().removeIf(key -> !key.key().equals(RunStore.RUN_NAME_TAG));
            if (!tags.isEmpty()) {
                Rows.update(connection, RENAME, pks(tags.keySet()), texts(tags));
            }
        }
    }

    private void storeMetrics() throws SQLException {
        var columns = Columns.of(metrics.values());
        Rows.update(
                connection,
                KEEP_GREATEST,
                pks(metrics.keySet()),
                keys(metrics.keySet()),
                columns.values,
                columns.nans,
                columns.timestamps,
                columns.steps);
    }

    private void storeModelPoints() throws SQLException {
        var points = modelPoints.stream().map(ModelPoint::metric).toList();
        var columns = Columns.of(points);
        Rows.update(
                connection,
                ADD_MODEL_METRICS,
                modelPoints.stream().mapToLong(ModelPoint::runPk).toArray(),
                points.stream().map(Metric::key).toArray(String[]::new),
                columns.values,
                columns.nans,
                columns.timestamps,
                columns.steps,
                modelPoints.stream().mapToLong(ModelPoint::modelPk).toArray(),
                points.stream().map(Metric::datasetName).toArray(String[]::new),
                points.stream().map(Metric::datasetDigest).toArray(String[]::new));
    }

    /** The same rule as in the statement above; the first of equals stays. */
    static boolean isGreater(Metric a, Metric b) {
        if (a.step() != b.step()) {
            return a.step() > b.step();
        }
        if (a.timestampMillis() != b.timestampMillis()) {
            return a.timestampMillis() > b.timestampMillis();
        }
        return ordered(a) > ordered(b);
    }

    private static double ordered(Metric metric) {
        return Double.isNaN(metric.value()) ? 0 : metric.value();
    }

    private static long[] pks(Collection<Key> keys) {
        return keys.stream().mapToLong(Key::pk).toArray();
    }

    private static String[] keys(Collection<Key> keys) {
        return keys.stream().map(Key::key).toArray(String[]::new);
    }

    private static String[] texts(Map<Key, String> values) {
        return values.values().toArray(String[]::new);
    }

    /** What all metrics have, as arrays that PostgreSQL takes. */
    record Columns(double[] values, boolean[] nans, long[] timestamps, long[] steps) {

        static Columns of(Collection<Metric> metrics) {
            int count = metrics.size();
            var columns = new Columns(new double[count], new boolean[count], new long[count], new long[count]);
            int i = 0;
            for (var metric : metrics) {
                columns.values[i] = ordered(metric);
                columns.nans[i] = Double.isNaN(metric.value());
                columns.timestamps[i] = metric.timestampMillis();
                columns.steps[i] = metric.step();
                i++;
            }
            return columns;
        }
    }

    /** A point of a metric that a run logged for a model. */
    private record ModelPoint(long runPk, long modelPk, Metric metric) {}

    /** A metric, param or tag of a run. */
    private record Key(long pk, String key) {}

    private record LockedRun(
            long pk,
            String runId,
            String experimentId,
            boolean deleted,
            @Nullable String retentionClass) {

        RunPlace place() {
            return new RunPlace(runId, experimentId, LifecycleStage.ACTIVE, retentionClass);
        }
    }
}
