package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.Run;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what hangs on runs: for any number of runs one statement each for metrics, params, tags and so on. */
final class RunData {

    private final Map<Long, List<Metric>> metrics = new HashMap<>();
    private final Map<Long, List<Param>> params = new HashMap<>();
    private final Map<Long, List<Tag>> tags = new HashMap<>();

    private final RunUses uses;

    private RunData(RunUses uses) {
        this.uses = uses;
    }

    /** The runs with all their data, in the order of the rows; a search goes without the models that they read. */
    static List<Run> of(Connection connection, List<RunRow> rows, boolean withModels) throws SQLException {
        if (rows.isEmpty()) {
            return List.of();
        }
        var pks = rows.stream().mapToLong(RunRow::pk).toArray();
        var data = new RunData(RunUses.read(connection, pks, withModels));
        data.read(connection, pks);
        return rows.stream().map(data::run).toList();
    }

    private void read(Connection connection, long[] pks) throws SQLException {
        Rows.list(
                connection,
                """
                SELECT run_pk, key, value, is_nan, timestamp, step FROM latest_metrics WHERE run_pk = ANY (?)
                ORDER BY run_pk, key""",
                row -> add(
                        metrics,
                        row.getLong(1),
                        Metric.of(
                                row.getString(2),
                                row.getBoolean(4) ? Double.NaN : row.getDouble(3),
                                row.getLong(5),
                                row.getLong(6))),
                pks);
        Rows.list(
                connection,
                "SELECT run_pk, key, value FROM params WHERE run_pk = ANY (?) ORDER BY run_pk, key",
                row -> add(params, row.getLong(1), new Param(row.getString(2), row.getString(3))),
                pks);
        Rows.list(
                connection,
                "SELECT run_pk, key, value FROM run_tags WHERE run_pk = ANY (?) ORDER BY run_pk, key",
                row -> add(tags, row.getLong(1), new Tag(row.getString(2), row.getString(3))),
                pks);
    }

    private Run run(RunRow row) {
        return new Run(
                row.toInfo(),
                metrics.getOrDefault(row.pk(), List.of()),
                params.getOrDefault(row.pk(), List.of()),
                tags.getOrDefault(row.pk(), List.of()),
                uses.inputs(row.pk()),
                uses.outputs(row.pk()));
    }

    private static <T> boolean add(Map<Long, List<T>> to, long pk, T item) {
        return to.computeIfAbsent(pk, none -> new ArrayList<>()).add(item);
    }
}
