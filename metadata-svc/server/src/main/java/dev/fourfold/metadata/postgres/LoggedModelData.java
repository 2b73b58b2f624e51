package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.model.LoggedModel;
import dev.fourfold.metadata.model.ModelMetric;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what hangs on logged models: for any number of them one statement each for metrics, params and tags. */
final class LoggedModelData {

    private final Map<Long, List<ModelMetric>> metrics = new HashMap<>();
    private final Map<Long, List<Param>> params = new HashMap<>();
    private final Map<Long, List<Tag>> tags = new HashMap<>();

    private LoggedModelData() {}

    /** The models with all their data, in the order of the rows. */
    static List<LoggedModel> of(Connection connection, List<LoggedModelRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        var data = new LoggedModelData();
        data.read(connection, rows.stream().mapToLong(LoggedModelRow::pk).toArray());
        return rows.stream().map(data::model).toList();
    }

    private void read(Connection connection, long[] pks) throws SQLException {
        Rows.list(connection, """
                SELECT t.model_pk, r.run_id, t.key, t.value, t.is_nan, t.timestamp, t.step, m.model_id,
                    t.dataset_name, t.dataset_digest
                FROM logged_model_metrics t JOIN logged_models m USING (model_pk) JOIN runs r USING (run_pk)
                WHERE t.model_pk = ANY (?) ORDER BY t.metric_pk""", row -> add(metrics, row.getLong(1), metric(row)), pks);
        Rows.list(
                connection,
                "SELECT model_pk, key, value FROM logged_model_params WHERE model_pk = ANY (?) ORDER BY model_pk, key",
                row -> add(params, row.getLong(1), new Param(row.getString(2), row.getString(3))),
                pks);
        Rows.list(
                connection,
                "SELECT model_pk, key, value FROM logged_model_tags WHERE model_pk = ANY (?) ORDER BY model_pk, key",
                row -> add(tags, row.getLong(1), new Tag(row.getString(2), row.getString(3))),
                pks);
    }

    private static ModelMetric metric(ResultSet row) throws SQLException {
        return new ModelMetric(
                row.getString(2),
                Metric.of(
                                row.getString(3),
                                row.getBoolean(5) ? Double.NaN : row.getDouble(4),
                                row.getLong(6),
                                row.getLong(7))
                        .ofModel(row.getString(8), row.getString(9), row.getString(10)));
    }

    private LoggedModel model(LoggedModelRow row) {
        return new LoggedModel(
                row.modelId(),
                row.experimentId(),
                row.name(),
                row.creationTimeMillis(),
                row.lastUpdatedTimeMillis(),
                row.artifactUri(),
                row.status(),
                row.modelType(),
                row.sourceRunId(),
                tags.getOrDefault(row.pk(), List.of()),
                params.getOrDefault(row.pk(), List.of()),
                metrics.getOrDefault(row.pk(), List.of()));
    }

    private static <T> boolean add(Map<Long, List<T>> to, long pk, T item) {
        return to.computeIfAbsent(pk, none -> new ArrayList<>()).add(item);
    }
}
