package dev.fourfold.metadata.search;

import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.run.RunQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Searches for runs. */
public final class RunSearch {

    private static final Grammar GRAMMAR = new RunGrammar();
    private static final int MOST_ORDER_KEYS = 50;

    /** What MLflow gives an infinity as, and what a filter therefore compares with. */
    private static final String FINITE_VALUE =
            "greatest(least(t.value, 1.7976931348623157e308::float8), -1.7976931348623157e308::float8)";

    private RunSearch() {}

    /**
     * The SQL that selects the ids of one page. Refuses, with MLflow's messages, what is not in its grammar.
     */
    public static PagedQuery compile(RunQuery query) {
        int maxResults = Paging.checkedMaxResults(query.maxResults());
        var filter = GRAMMAR.filter(query.filter());
        var keys = sortKeys(GRAMMAR.order(query.orderBy()));
        var paging = new Paging(keys);
        var digest = PageToken.digest(
                Arrays.asList("runs", query.experimentIds(), query.filter(), query.viewType(), query.orderBy()));
        var after = paging.after(query.pageToken(), digest);

        var experiments = query.experimentIds().stream()
                .map(ExperimentIds::number)
                .distinct()
                .toArray(Long[]::new);
        var stages = stages(query.viewType());
        boolean onePart = experiments.length == 1 && stages.length == 1;
        boolean byTime = query.orderBy().isEmpty() && filter.clauses().isEmpty();

        var sql = new Sql();
        if (onePart || !byTime) {
            sql.add("SELECT s.row_key" + paging.names() + " FROM (SELECT r.run_pk AS row_key" + paging.columns()
                    + " FROM runs r");
            sql.add(paging.joins());
            if (onePart) {
                sql.add(" WHERE r.experiment_id = ? AND r.deleted = ?", experiments[0], stages[0]);
            } else {
                sql.add(" WHERE r.experiment_id = ANY (?) AND r.deleted = ANY (?)", experiments, stages);
            }
            for (var clause : filter.clauses()) {
                sql.add(" AND ").add(condition(clause));
            }
            sql.add(") s").add(paging.where(after));
        } else {
            // The newest of each part, from the index, and then the newest of those.
            sql.add("SELECT s.row_key" + paging.names() + " FROM unnest(?::bigint[]) e(experiment_id)", (Object)
                    experiments);
            sql.add(" CROSS JOIN unnest(?::boolean[]) l(deleted)", (Object) stages);
            sql.add(" CROSS JOIN LATERAL (SELECT s.row_key" + paging.names() + " FROM (SELECT r.run_pk AS row_key"
                    + paging.columns() + " FROM runs r");
            sql.add(" WHERE r.experiment_id = e.experiment_id AND r.deleted = l.deleted) s");
            sql.add(paging.where(after)).add(paging.orderBy()).add(" LIMIT ?) s", maxResults + 1L);
        }
        sql.add(paging.orderBy()).add(" LIMIT ?", maxResults + 1L);
        return new PagedQuery(sql, keys, maxResults, digest);
    }

    /** Which values of the column that marks deleted runs are looked at. */
    private static Boolean[] stages(ViewType viewType) {
        return switch (viewType) {
            case ACTIVE_ONLY -> new Boolean[] {false};
            case DELETED_ONLY -> new Boolean[] {true};
            case ALL -> new Boolean[] {false, true};
        };
    }

    private static List<SortKey> sortKeys(List<OrderKey> order) {
        if (order.size() > MOST_ORDER_KEYS) {
            throw Refusal.because(
                    "`order_by` may hold at most " + MOST_ORDER_KEYS + " fields. Got " + order.size() + ".");
        }
        var keys = new ArrayList<SortKey>(order.size() + 2);
        boolean byStart = false;
        for (var key : order) {
            var join = "k" + keys.size();
            keys.add(
                    switch (key) {
                        case OrderKey.ByMetric(var field, var ascending) ->
                            keyed("latest_metrics", join, field.key(), SortKey.Type.REAL, ascending);
                        case OrderKey.ByParam(var field, var ascending) ->
                            keyed("params", join, field.key(), SortKey.Type.TEXT, ascending);
                        case OrderKey.ByTag(var field, var ascending) ->
                            keyed("run_tags", join, field.key(), SortKey.Type.TEXT, ascending);
                        case OrderKey.ByAttribute(var field, var ascending) ->
                            attribute((RunAttribute) field.attribute(), ascending);
                    });
            if (key instanceof OrderKey.ByAttribute(var field, var _)) {
                if (field.attribute() == RunAttribute.RUN_ID) {
                    return keys;
                }
                byStart |= field.attribute() == RunAttribute.START_TIME;
            }
        }
        if (!byStart) {
            keys.add(attribute(RunAttribute.START_TIME, false));
        }
        keys.add(attribute(RunAttribute.RUN_ID, true));
        return keys;
    }

    private static SortKey keyed(String table, String name, String key, SortKey.Type type, boolean ascending) {
        boolean real = type == SortKey.Type.REAL;
        var join = new Sql()
                .add(
                        "LEFT JOIN LATERAL (SELECT t.value" + (real ? ", t.is_nan" : "") + " FROM " + table
                                + " t WHERE t.run_pk = r.run_pk AND t.key = ? OFFSET 0) " + name + " ON TRUE",
                        key);
        var rank = "CASE WHEN " + name + ".value IS NULL THEN 2 " + (real ? "WHEN " + name + ".is_nan THEN 1 " : "")
                + "ELSE 0 END";
        return new SortKey(rank, name + ".value", type, ascending, join);
    }

    private static SortKey attribute(RunAttribute attribute, boolean ascending) {
        return switch (attribute) {
            case START_TIME -> SortKey.always(column(attribute), SortKey.Type.WHOLE, ascending);
            case END_TIME ->
                new SortKey(
                        "CASE WHEN r.end_time IS NULL THEN 2 ELSE 0 END",
                        column(attribute),
                        SortKey.Type.WHOLE,
                        ascending,
                        null);
            case RUN_ID -> SortKey.always(column(attribute), SortKey.Type.TEXT, ascending);
            case ARTIFACT_URI, RUN_NAME, STATUS, USER_ID ->
                SortKey.always(column(attribute), SortKey.Type.TEXT, ascending);
        };
    }

    private static String column(RunAttribute attribute) {
        return switch (attribute) {
            case ARTIFACT_URI -> "r.artifact_uri";
            case END_TIME -> "r.end_time";
            case RUN_ID -> "r.run_id";
            case RUN_NAME -> "r.run_name";
            case START_TIME -> "r.start_time";
            case STATUS -> "r.status";
            case USER_ID -> "r.user_id";
        };
    }

    private static Sql condition(Clause clause) {
        return switch (clause) {
            case Clause.MetricComparison(var key, var operator, var value) -> metric(key, operator, value);
            case Clause.ParamComparison(var key, var condition) ->
                Conditions.keyedAndIndexed("params", "t.run_pk = r.run_pk", key, condition);
            case Clause.TagComparison(var key, var condition) ->
                Conditions.keyedAndIndexed("run_tags", "t.run_pk = r.run_pk", key, condition);
            case Clause.TextAttributeComparison(var attribute, var condition) ->
                attribute == RunAttribute.RUN_NAME
                        ? Conditions.keyedAndIndexed("run_tags", "t.run_pk = r.run_pk", "mlflow.runName", condition)
                        : Conditions.text(column((RunAttribute) attribute), condition);
            case Clause.NumberAttributeComparison(var attribute, var operator, var value) ->
                Conditions.whole(column((RunAttribute) attribute), operator, value);
            case Clause.DatasetComparison(var field, var condition) -> dataset(field, condition);
        };
    }

    /** NaN is stored as 0 with a mark, and only {@code !=} is true of it. */
    private static Sql metric(String key, NumberOperator operator, double value) {
        var sql = new Sql()
                .add("EXISTS (SELECT 1 FROM latest_metrics t WHERE t.run_pk = r.run_pk AND t.key = ? AND ", key);
        if (operator == NumberOperator.NOT_EQUAL) {
            sql.add("(t.is_nan OR " + FINITE_VALUE + " <> ?)", value);
        } else {
            sql.add("NOT t.is_nan AND " + FINITE_VALUE + " " + operator.sql() + " ?", value);
        }
        return sql.add(" OFFSET 0)");
    }

    private static Sql dataset(DatasetField field, TextCondition condition) {
        return switch (field) {
            case CONTEXT ->
                new Sql()
                        .add(
                                "EXISTS (SELECT 1 FROM input_tags t WHERE t.run_pk = r.run_pk AND t.key = 'mlflow.data.context'"
                                        + " AND ")
                        .add(Conditions.text("t.value", condition))
                        .add(" OFFSET 0)");
            case DIGEST, NAME -> {
                var column = "d." + field.key();
                yield switch (condition) {
                    // From the few datasets of that name to their runs.
                    case TextCondition.Is _, TextCondition.OneOf _ ->
                        new Sql()
                                .add("EXISTS (SELECT 1 FROM inputs i JOIN datasets d ON d.dataset_pk = i.dataset_pk"
                                        + " WHERE i.run_pk = r.run_pk AND d.experiment_id = r.experiment_id AND ")
                                .add(Conditions.text(column, condition))
                                .add(")");
                    // From each run to its datasets.
                    case TextCondition.IsNot _,
                            TextCondition.NoneOf _,
                            TextCondition.Like _,
                            TextCondition.Absent _,
                            TextCondition.Present _ ->
                        new Sql()
                                .add("EXISTS (SELECT 1 FROM inputs i WHERE i.run_pk = r.run_pk AND EXISTS (SELECT 1"
                                        + " FROM datasets d WHERE d.dataset_pk = i.dataset_pk AND ")
                                .add(Conditions.text(column, condition))
                                .add(" OFFSET 0) OFFSET 0)");
                };
            }
        };
    }
}
