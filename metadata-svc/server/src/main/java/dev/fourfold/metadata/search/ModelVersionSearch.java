package dev.fourfold.metadata.search;

import dev.fourfold.metadata.registry.ModelVersionQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Searches for model versions. */
public final class ModelVersionSearch {

    private static final Grammar GRAMMAR = new ModelVersionGrammar();
    private static final int MOST_RESULTS = 200_000;

    /** The most that an answer holds: clients follow the token, and no page costs a gateway its memory. */
    private static final int MOST_A_PAGE = 10_000;

    private ModelVersionSearch() {}

    /**
     * The SQL that selects the ids of one page. Refuses, with MLflow's messages, what is not in its grammar.
     */
    public static PagedQuery compile(ModelVersionQuery query) {
        int maxResults = Math.min(MOST_A_PAGE, checkedMaxResults(query.maxResults()));
        var filter = GRAMMAR.filter(query.filter());
        var keys = sortKeys(GRAMMAR.order(query.orderBy()));
        var paging = new Paging(keys);
        var digest = PageToken.digest(Arrays.asList("model versions", query.filter(), query.orderBy()));
        var after = paging.after(query.pageToken(), digest);

        var sql = new Sql()
                .add("SELECT s.row_key" + paging.names() + " FROM (SELECT v.version_pk AS row_key" + paging.columns()
                        + " FROM model_versions v JOIN registered_models m ON m.registered_pk = v.registered_pk"
                        + " WHERE TRUE");
        boolean prompts = Prompts.areAskedFor(filter.clauses());
        if (!prompts) {
            sql.add(" AND NOT " + Prompts.areVersionsOf("v.registered_pk"));
        }
        for (var clause : filter.clauses()) {
            if (prompts || !Prompts.isAbout(clause)) {
                sql.add(" AND ").add(condition(clause));
            }
        }
        sql.add(") s").add(paging.where(after)).add(paging.orderBy()).add(" LIMIT ?", maxResults + 1L);
        return new PagedQuery(sql, keys, maxResults, digest);
    }

    private static int checkedMaxResults(int maxResults) {
        if (maxResults < 1) {
            throw Refusal.because(
                    "Invalid value for max_results. It must be a positive integer, but got " + maxResults);
        }
        if (maxResults > MOST_RESULTS) {
            throw Refusal.because("Invalid value for request parameter max_results. It must be at most " + MOST_RESULTS
                    + ", but got value " + maxResults);
        }
        return maxResults;
    }

    private static List<SortKey> sortKeys(List<OrderKey> order) {
        var keys = new ArrayList<SortKey>(order.size() + 2);
        if (order.isEmpty()) {
            keys.add(attribute(ModelVersionAttribute.LAST_UPDATED_TIMESTAMP, false));
        }
        boolean byName = false;
        boolean byNumber = false;
        for (var key : order) {
            if (!(key instanceof OrderKey.ByAttribute(var field, var ascending))) {
                throw new IllegalStateException("model versions are ordered by attributes only");
            }
            keys.add(attribute((ModelVersionAttribute) field.attribute(), ascending));
            byName |= field.attribute() == ModelVersionAttribute.NAME;
            byNumber |= field.attribute() == ModelVersionAttribute.VERSION_NUMBER;
        }
        if (!byName) {
            keys.add(attribute(ModelVersionAttribute.NAME, true));
        }
        if (!byNumber) {
            keys.add(attribute(ModelVersionAttribute.VERSION_NUMBER, false));
        }
        return keys;
    }

    private static SortKey attribute(ModelVersionAttribute attribute, boolean ascending) {
        var type = attribute.numeric() ? SortKey.Type.WHOLE : SortKey.Type.TEXT;
        return SortKey.always(column(attribute), type, ascending);
    }

    private static String column(ModelVersionAttribute attribute) {
        return switch (attribute) {
            case CREATION_TIMESTAMP -> "v.creation_time";
            case LAST_UPDATED_TIMESTAMP -> "v.last_updated_time";
            case NAME -> "m.name";
            case RUN_ID -> "v.run_id";
            case SOURCE_PATH -> "v.source";
            case VERSION_NUMBER -> "v.version";
        };
    }

    private static Sql condition(Clause clause) {
        return switch (clause) {
            case Clause.TagComparison(var key, var condition) ->
                Conditions.keyedAndIndexed("model_version_tags", "t.version_pk = v.version_pk", key, condition);
            case Clause.TextAttributeComparison(var attribute, var condition) ->
                attribute == ModelVersionAttribute.SOURCE_PATH
                        ? Conditions.indexedText(column(ModelVersionAttribute.SOURCE_PATH), condition)
                        : Conditions.text(column((ModelVersionAttribute) attribute), condition);
            case Clause.NumberAttributeComparison(var attribute, var operator, var value) ->
                Conditions.whole(column((ModelVersionAttribute) attribute), operator, value);
            case Clause.MetricComparison _, Clause.ParamComparison _, Clause.DatasetComparison _ ->
                throw new IllegalStateException("a model version has no such field: " + clause);
        };
    }
}
