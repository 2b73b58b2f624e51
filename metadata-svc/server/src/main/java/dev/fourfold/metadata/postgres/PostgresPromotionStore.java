package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.registry.Promotion;
import dev.fourfold.metadata.registry.PromotionQuery;
import dev.fourfold.metadata.registry.PromotionStore;
import dev.fourfold.metadata.search.PromotionSearch;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Promotions in PostgreSQL. */
@Singleton
@ServesMetadata
final class PostgresPromotionStore implements PromotionStore {

    /** Of a model; a program may move an alias to and fro for years. */
    private static final int KEPT = 5_000;

    private final Searches searches;

    PostgresPromotionStore(Searches searches) {
        this.searches = searches;
    }

    @Override
    public List<Promotion> find(PromotionQuery query) {
        var compiled = PromotionSearch.compile(query);
        return searches.read(connection -> Rows.list(
                connection,
                compiled.sql(),
                row -> new Promotion(
                        row.getString(1),
                        row.getLong(2),
                        row.getString(3),
                        Promotion.Kind.valueOf(row.getString(4)),
                        row.getString(5),
                        row.getLong(6)),
                compiled.binds().toArray()));
    }

    /**
     * Records that versions were promoted, and forgets the oldest promotions of the model where there are too many. The
     * caller has locked the model's row against changes, so nobody else gives out its numbers.
     */
    static void record(
            Connection connection, long modelPk, Promotion.Kind kind, String name, long nowMillis, long... versions)
            throws SQLException {
        if (versions.length == 0) {
            return;
        }
        Rows.update(
                connection,
                """
                WITH newest AS (SELECT coalesce(max(number), 0) AS number FROM model_promotions WHERE registered_pk = ?),
                added AS (
                    INSERT INTO model_promotions (registered_pk, number, version, kind, name, time)
                    SELECT ?, newest.number + v.place, v.version, ?, ?, ?
                    FROM newest, unnest(?) WITH ORDINALITY v(version, place))
                DELETE FROM model_promotions p USING newest
                WHERE p.registered_pk = ? AND p.number <= newest.number + ? - ?""",
                modelPk,
                modelPk,
                kind.name(),
                name,
                nowMillis,
                versions,
                modelPk,
                versions.length,
                KEPT);
    }
}
