package dev.fourfold.metadata.search;

import dev.fourfold.metadata.registry.PromotionQuery;
import java.util.List;

/**
 * A search for promotions.
 *
 * @param sql selects model, version, run, kind, name and time, the newest first
 */
public record PromotionSearch(String sql, List<Object> binds) {

    /** The SQL that answers a query. Refuses what is no id of an experiment. */
    public static PromotionSearch compile(PromotionQuery query) {
        var sql = new Sql()
                .add("SELECT m.name, p.version, v.run_id, p.kind, p.name, p.time FROM model_promotions p"
                        + " JOIN registered_models m ON m.registered_pk = p.registered_pk"
                        + " JOIN model_versions v ON v.registered_pk = p.registered_pk AND v.version = p.version");
        sql.add(" WHERE p.time BETWEEN ? AND ?", query.fromMillis(), query.toMillis());
        sql.add(" AND NOT " + Prompts.areVersionsOf("p.registered_pk"));
        if (!query.runIds().isEmpty()) {
            query.runIds().forEach(id -> Refusal.unlessStorable("run ID", id));
            sql.add(" AND v.run_id = ANY (?)", (Object) query.runIds().toArray(String[]::new));
        }
        if (!query.experimentIds().isEmpty()) {
            sql.add(
                    " AND EXISTS (SELECT 1 FROM runs r WHERE r.run_id = v.run_id AND r.experiment_id = ANY (?))",
                    (Object) query.experimentIds().stream()
                            .map(ExperimentIds::number)
                            .toArray(Long[]::new));
        }
        sql.add(" ORDER BY p.time DESC, p.registered_pk, p.number DESC LIMIT ?", query.maxResults());
        return new PromotionSearch(sql.text(), sql.binds());
    }
}
