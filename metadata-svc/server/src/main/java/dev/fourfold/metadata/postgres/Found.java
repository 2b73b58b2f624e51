package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.search.PagedQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** Runs compiled searches. */
final class Found {

    private Found() {}

    /** The primary keys of one page. */
    static PagedQuery.Page page(Connection connection, PagedQuery query) throws SQLException {
        try (var statement = connection.prepareStatement(query.sql())) {
            // A plan for these very values: one for any values would not know which of them are rare.
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            for (int i = 0; i < query.binds().size(); i++) {
                statement.setObject(i + 1, query.binds().get(i));
            }
            try (var found = statement.executeQuery()) {
                var rows = new ArrayList<PagedQuery.Row>();
                while (found.next()) {
                    var values = new ArrayList<@Nullable String>(query.sortColumns());
                    for (int i = 0; i < query.sortColumns(); i++) {
                        values.add(found.getString(i + 2));
                    }
                    rows.add(new PagedQuery.Row(found.getLong(1), values));
                }
                return query.page(rows);
            }
        }
    }

    /** The rows in the order of their keys, without those that have gone meanwhile. */
    static <R> List<R> inOrder(List<Long> keys, List<R> rows, ToLongFunction<R> key) {
        var byKey = HashMap.<Long, R>newHashMap(rows.size());
        rows.forEach(row -> byKey.put(key.applyAsLong(row), row));
        return keys.stream().map(byKey::get).filter(Objects::nonNull).toList();
    }

    static long[] array(List<Long> keys) {
        return keys.stream().mapToLong(Long::longValue).toArray();
    }
}
