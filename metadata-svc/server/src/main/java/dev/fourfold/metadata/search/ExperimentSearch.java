package dev.fourfold.metadata.search;

import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Searches for experiments. */
public final class ExperimentSearch {

    private static final Grammar GRAMMAR = new ExperimentGrammar();

    private ExperimentSearch() {}

    /**
     * The SQL that selects the ids of one page. Refuses, with MLflow's messages, what is not in its grammar.
     */
    public static PagedQuery compile(ExperimentQuery query) {
        int maxResults = Paging.checkedMaxResults(query.maxResults());
        var filter = GRAMMAR.filter(query.filter());
        var keys = sortKeys(GRAMMAR.order(query.orderBy()));
        var paging = new Paging(keys);
        var digest = PageToken.digest(Arrays.asList("experiments", query.filter(), query.viewType(), query.orderBy()));
        var after = paging.after(query.pageToken(), digest);

        var sql = new Sql()
                .add("SELECT s.row_key" + paging.names() + " FROM (SELECT e.experiment_id AS row_key" + paging.columns()
                        + " FROM experiments e WHERE " + stage(query.viewType()));
        for (var clause : filter.clauses()) {
            sql.add(" AND ").add(condition(clause));
        }
        sql.add(") s").add(paging.where(after)).add(paging.orderBy()).add(" LIMIT ?", maxResults + 1L);
        return new PagedQuery(sql, keys, maxResults, digest);
    }

    private static String stage(ViewType viewType) {
        return switch (viewType) {
            case ACTIVE_ONLY -> "NOT e.deleted";
            case DELETED_ONLY -> "e.deleted";
            case ALL -> "TRUE";
        };
    }

    /** As in MLflow, ids break ties upwards in the order of its own choice and downwards in the caller's. */
    private static List<SortKey> sortKeys(List<OrderKey> order) {
        var keys = new ArrayList<SortKey>(order.size() + 1);
        if (order.isEmpty()) {
            keys.add(attribute(ExperimentAttribute.CREATION_TIME, false));
            keys.add(attribute(ExperimentAttribute.EXPERIMENT_ID, true));
            return keys;
        }
        for (var key : order) {
            if (!(key instanceof OrderKey.ByAttribute(var field, var ascending))) {
                throw new IllegalStateException("experiments are ordered by attributes only");
            }
            keys.add(attribute((ExperimentAttribute) field.attribute(), ascending));
            if (field.attribute() == ExperimentAttribute.EXPERIMENT_ID) {
                return keys;
            }
        }
        keys.add(attribute(ExperimentAttribute.EXPERIMENT_ID, false));
        return keys;
    }

    private static SortKey attribute(ExperimentAttribute attribute, boolean ascending) {
        return switch (attribute) {
            case CREATION_TIME, EXPERIMENT_ID, LAST_UPDATE_TIME ->
                SortKey.always(column(attribute), SortKey.Type.WHOLE, ascending);
            case NAME -> SortKey.always(column(attribute), SortKey.Type.TEXT, ascending);
        };
    }

    private static String column(ExperimentAttribute attribute) {
        return switch (attribute) {
            case CREATION_TIME -> "e.creation_time";
            case EXPERIMENT_ID -> "e.experiment_id";
            case LAST_UPDATE_TIME -> "e.last_update_time";
            case NAME -> "e.name";
        };
    }

    private static Sql condition(Clause clause) {
        return switch (clause) {
            case Clause.TagComparison(var key, var condition) ->
                Conditions.keyed("experiment_tags", "t.experiment_id = e.experiment_id", key, condition);
            case Clause.TextAttributeComparison(var attribute, var condition) ->
                attribute == ExperimentAttribute.EXPERIMENT_ID
                        ? id(condition)
                        : Conditions.text(column((ExperimentAttribute) attribute), condition);
            case Clause.NumberAttributeComparison(var attribute, var operator, var value) ->
                Conditions.whole(column((ExperimentAttribute) attribute), operator, value);
            case Clause.MetricComparison _, Clause.ParamComparison _, Clause.DatasetComparison _ ->
                throw new IllegalStateException("an experiment has no such field: " + clause);
        };
    }

    private static Sql id(TextCondition condition) {
        var column = column(ExperimentAttribute.EXPERIMENT_ID);
        return switch (condition) {
            case TextCondition.Is(var id) -> new Sql().add(column + " = ?", ExperimentIds.number(id));
            case TextCondition.IsNot(var id) -> new Sql().add(column + " <> ?", ExperimentIds.number(id));
            case TextCondition.OneOf(var ids) -> new Sql().add(column + " = ANY (?)", numbers(ids));
            case TextCondition.NoneOf(var ids) -> new Sql().add(column + " <> ALL (?)", numbers(ids));
            case TextCondition.Like _, TextCondition.Absent _, TextCondition.Present _ ->
                throw new IllegalStateException("not for ids: " + condition);
        };
    }

    private static Object numbers(List<String> ids) {
        return ids.stream().map(ExperimentIds::number).toArray(Long[]::new);
    }
}
