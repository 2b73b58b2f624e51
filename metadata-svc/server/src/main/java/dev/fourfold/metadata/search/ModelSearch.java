package dev.fourfold.metadata.search;

import dev.fourfold.metadata.model.ModelDataset;
import dev.fourfold.metadata.model.ModelOrder;
import dev.fourfold.metadata.model.ModelQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Searches for logged models. */
public final class ModelSearch {

    private static final int MOST_ORDER_KEYS = 50;
    private static final int MOST_DATASETS = 100;

    /** What MLflow gives an infinity as, and what a filter therefore compares with; NaN is kept as 0, as MLflow does. */
    private static final String FINITE_VALUE =
            "greatest(least(t.value, 1.7976931348623157e308::float8), -1.7976931348623157e308::float8)";

    private ModelSearch() {}

    /**
     * The SQL that selects the ids of one page. Refuses, with MLflow's messages, what is not in its grammar.
     */
    public static PagedQuery compile(ModelQuery query) {
        int maxResults = Paging.checkedMaxResults(query.maxResults());
        check(query.datasets());
        var token = ModelPageToken.open(query);
        var filter = ModelGrammar.filter(query.filter());
        var keys = sortKeys(query.orderBy());
        var paging = new Paging(keys);
        // The datasets too: MLflow's token says nothing of them, but a place in one list is none in another.
        var digest = PageToken.digest(
                Arrays.asList("models", query.experimentIds(), query.filter(), query.orderBy(), query.datasets()));
        var after = paging.after(token, digest);
        var experiments = query.experimentIds().stream()
                .map(ExperimentIds::number)
                .distinct()
                .toArray(Long[]::new);

        var sql = new Sql()
                .add("SELECT s.row_key" + paging.names() + " FROM (SELECT m.model_pk AS row_key" + paging.columns()
                        + " FROM logged_models m")
                .add(paging.joins());
        if (experiments.length == 1) {
            sql.add(" WHERE m.experiment_id = ? AND m.deleted = FALSE", experiments[0]);
        } else {
            sql.add(" WHERE m.experiment_id = ANY (?) AND m.deleted = FALSE", (Object) experiments);
        }
        boolean byMetric = false;
        for (var clause : filter.clauses()) {
            sql.add(" AND ").add(condition(clause, query.datasets()));
            byMetric |= clause instanceof Clause.MetricComparison;
        }
        if (!byMetric && !query.datasets().isEmpty()) {
            sql.add(" AND EXISTS (SELECT 1 FROM logged_model_metrics t WHERE t.model_pk = m.model_pk AND ")
                    .add(measuredOn(query.datasets()))
                    .add(")");
        }
        sql.add(") s").add(paging.where(after)).add(paging.orderBy()).add(" LIMIT ?", maxResults + 1L);
        return new PagedQuery(sql, keys, maxResults, digest);
    }

    /** The token that callers get for a place that the query's page gave: it names the query too. */
    public static String pageToken(ModelQuery query, String place) {
        return ModelPageToken.seal(query, place);
    }

    private static void check(List<ModelDataset> datasets) {
        if (datasets.size() > MOST_DATASETS) {
            throw Refusal.because(
                    "`datasets` may hold at most " + MOST_DATASETS + " datasets. Got " + datasets.size() + ".");
        }
        for (var dataset : datasets) {
            if (dataset.name().isEmpty()) {
                throw Refusal.because("`dataset_name` in the `datasets` clause must be specified.");
            }
            Refusal.unlessStorable("dataset_name", dataset.name());
            if (dataset.digest() != null) {
                Refusal.unlessStorable("dataset_digest", dataset.digest());
            }
        }
    }

    private static List<SortKey> sortKeys(List<ModelOrder> order) {
        if (order.size() > MOST_ORDER_KEYS) {
            throw Refusal.because(
                    "`order_by` may hold at most " + MOST_ORDER_KEYS + " fields. Got " + order.size() + ".");
        }
        var keys = new ArrayList<SortKey>(order.size() + 2);
        boolean byCreation = false;
        for (var by : order) {
            if (!(ModelGrammar.orderField(by) instanceof Field.Fixed(ModelAttribute attribute))) {
                keys.add(metric(by, "k" + keys.size()));
                continue;
            }
            keys.add(attribute(attribute, by.ascending()));
            if (attribute == ModelAttribute.MODEL_ID) {
                return keys;
            }
            byCreation |= attribute == ModelAttribute.CREATION_TIMESTAMP_MS;
        }
        if (!byCreation) {
            keys.add(attribute(ModelAttribute.CREATION_TIMESTAMP_MS, false));
        }
        keys.add(attribute(ModelAttribute.MODEL_ID, true));
        return keys;
    }

    private static SortKey attribute(ModelAttribute attribute, boolean ascending) {
        return switch (attribute) {
            case CREATION_TIMESTAMP_MS, LAST_UPDATED_TIMESTAMP_MS ->
                SortKey.always(attribute.column(), SortKey.Type.WHOLE, ascending);
            case EXPERIMENT_ID -> SortKey.always("m.experiment_id", SortKey.Type.WHOLE, ascending);
            // No model has one: the value only has to be the same for all.
            case STATUS_MESSAGE -> SortKey.always("''::text", SortKey.Type.TEXT, ascending);
            case ARTIFACT_LOCATION, LIFECYCLE_STAGE, MODEL_ID, MODEL_TYPE, NAME, SOURCE_RUN_ID, STATUS ->
                SortKey.always(attribute.column(), SortKey.Type.TEXT, ascending);
        };
    }

    /** The latest value: by timestamp, then by step, then the run whose id is smallest. */
    private static SortKey metric(ModelOrder by, String name) {
        var join = new Sql()
                .add(
                        "LEFT JOIN LATERAL (SELECT " + FINITE_VALUE + " AS value FROM logged_model_metrics t"
                                + " WHERE t.model_pk = m.model_pk AND t.key = ?",
                        ((Field.Metric) ModelGrammar.orderField(by)).key());
        if (by.datasetName() != null) {
            Refusal.unlessStorable("dataset_name", by.datasetName());
            join.add(" AND t.dataset_name = ?", by.datasetName());
        }
        if (by.datasetDigest() != null) {
            Refusal.unlessStorable("dataset_digest", by.datasetDigest());
            join.add(" AND t.dataset_digest = ?", by.datasetDigest());
        }
        join.add(" ORDER BY t.timestamp DESC, t.step DESC,"
                + " (SELECT r.run_id FROM runs r WHERE r.run_pk = t.run_pk), t.metric_pk DESC LIMIT 1) " + name
                + " ON TRUE");
        return new SortKey(
                "CASE WHEN " + name + ".value IS NULL THEN 2 ELSE 0 END",
                name + ".value",
                SortKey.Type.REAL,
                by.ascending(),
                join);
    }

    private static Sql condition(Clause clause, List<ModelDataset> datasets) {
        return switch (clause) {
            case Clause.MetricComparison(var key, var operator, var value) -> metric(key, operator, value, datasets);
            case Clause.ParamComparison(var key, var condition) ->
                Conditions.keyedAndIndexed("logged_model_params", "t.model_pk = m.model_pk", key, condition);
            case Clause.TagComparison(var key, var condition) ->
                Conditions.keyedAndIndexed("logged_model_tags", "t.model_pk = m.model_pk", key, condition);
            case Clause.TextAttributeComparison(var attribute, var condition) ->
                Conditions.text(((ModelAttribute) attribute).column(), condition);
            case Clause.NumberAttributeComparison(var attribute, var operator, var value) ->
                Conditions.whole(((ModelAttribute) attribute).column(), operator, value);
            case Clause.DatasetComparison _ ->
                throw new IllegalStateException("a filter of logged models names no dataset");
        };
    }

    /** Any point of the metric counts, not only the latest. */
    private static Sql metric(String key, NumberOperator operator, double value, List<ModelDataset> datasets) {
        if (Double.isNaN(value)) {
            return new Sql().add("FALSE"); // As with MLflow, whose stores have no NaN to compare with.
        }
        var sql = new Sql()
                .add(
                        "EXISTS (SELECT 1 FROM logged_model_metrics t WHERE t.model_pk = m.model_pk AND t.key = ? AND "
                                + FINITE_VALUE + " " + operator.sql() + " ?",
                        key,
                        value);
        if (!datasets.isEmpty()) {
            sql.add(" AND ").add(measuredOn(datasets));
        }
        return sql.add(" OFFSET 0)");
    }

    private static Sql measuredOn(List<ModelDataset> datasets) {
        var sql = new Sql().add("(");
        for (int i = 0; i < datasets.size(); i++) {
            var dataset = datasets.get(i);
            sql.add(i == 0 ? "" : " OR ");
            if (dataset.digest() == null) {
                sql.add("(t.dataset_name = ? AND t.dataset_digest IS NULL)", dataset.name());
            } else {
                sql.add("(t.dataset_name = ? AND t.dataset_digest = ?)", dataset.name(), dataset.digest());
            }
        }
        return sql.add(")");
    }
}
