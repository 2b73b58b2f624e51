package dev.fourfold.metadata.search;

import dev.fourfold.metadata.registry.RegisteredModelQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Searches for registered models. */
public final class RegisteredModelSearch {

    private static final Grammar GRAMMAR = new RegisteredModelGrammar();
    private static final int MOST_RESULTS = 1000;

    private RegisteredModelSearch() {}

    /**
     * The SQL that selects the ids of one page. Refuses, with MLflow's messages, what is not in its grammar. A page of
     * no models is empty, and followed by itself where there is any model; one of fewer than none always.
     */
    public static PagedQuery compile(RegisteredModelQuery query) {
        if (query.maxResults() > MOST_RESULTS) {
            throw Refusal.because("Invalid value for request parameter max_results. It must be at most " + MOST_RESULTS
                    + ", but got value " + query.maxResults());
        }
        int maxResults = query.maxResults();
        var filter = GRAMMAR.filter(query.filter());
        var keys = sortKeys(GRAMMAR.order(query.orderBy()));
        var paging = new Paging(keys);
        var digest = PageToken.digest(Arrays.asList("registered models", query.filter(), query.orderBy()));
        var after = paging.after(query.pageToken(), digest);

        var sql = new Sql()
                .add("SELECT s.row_key" + paging.names() + " FROM (SELECT m.registered_pk AS row_key" + paging.columns()
                        + " FROM registered_models m WHERE TRUE");
        boolean prompts = Prompts.areAskedFor(filter.clauses());
        if (!prompts) {
            sql.add(
                    " AND NOT EXISTS (SELECT 1 FROM registered_model_tags t WHERE t.registered_pk = m.registered_pk AND "
                            + Prompts.IS_PROMPT + " OFFSET 0)");
        }
        for (var clause : filter.clauses()) {
            if (prompts || !Prompts.isAbout(clause)) {
                sql.add(" AND ").add(condition(clause));
            }
        }
        sql.add(") s").add(paging.where(after)).add(paging.orderBy()).add(" LIMIT ?", Math.max(0L, maxResults + 1L));
        return new PagedQuery(sql, keys, maxResults, digest, query.pageToken());
    }

    private static List<SortKey> sortKeys(List<OrderKey> order) {
        var keys = new ArrayList<SortKey>(order.size() + 1);
        for (var key : order) {
            if (!(key instanceof OrderKey.ByAttribute(var field, var ascending))) {
                throw new IllegalStateException("registered models are ordered by attributes only");
            }
            keys.add(attribute((RegisteredModelAttribute) field.attribute(), ascending));
            if (field.attribute() == RegisteredModelAttribute.NAME) {
                return keys;
            }
        }
        keys.add(attribute(RegisteredModelAttribute.NAME, true));
        return keys;
    }

    private static SortKey attribute(RegisteredModelAttribute attribute, boolean ascending) {
        return switch (attribute) {
            case LAST_UPDATED_TIMESTAMP -> SortKey.always("m.last_updated_time", SortKey.Type.WHOLE, ascending);
            case NAME -> SortKey.always("m.name", SortKey.Type.TEXT, ascending);
        };
    }

    private static Sql condition(Clause clause) {
        return switch (clause) {
            case Clause.TagComparison(var key, var condition) ->
                Conditions.keyedAndIndexed(
                        "registered_model_tags", "t.registered_pk = m.registered_pk", key, condition);
            case Clause.TextAttributeComparison(var _, var condition) -> Conditions.text("m.name", condition);
            case Clause.NumberAttributeComparison _,
                    Clause.MetricComparison _,
                    Clause.ParamComparison _,
                    Clause.DatasetComparison _ ->
                throw new IllegalStateException("a registered model has no such field: " + clause);
        };
    }
}
