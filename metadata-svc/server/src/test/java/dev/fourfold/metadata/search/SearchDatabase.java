package dev.fourfold.metadata.search;

import dev.fourfold.metadata.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/** A database with the schema and nothing of the service, to run compiled searches on. */
final class SearchDatabase {

    private SearchDatabase() {}

    /** A connection into a new database. */
    static Connection create() throws SQLException {
        Map<String, Object> database = TestPostgres.emptyDatabase();
        Flyway.configure()
                .dataSource(
                        (String) database.get("fourfold.postgres.url"),
                        (String) database.get("fourfold.postgres.username"),
                        (String) database.get("fourfold.postgres.password"))
                .schemas("metadata")
                .locations("classpath:db/metadata")
                .load()
                .migrate();
        return TestPostgres.connect(database);
    }

    /** The page that a compiled search finds. */
    static PagedQuery.Page run(Connection connection, PagedQuery query) throws SQLException {
        try (var statement = prepare(connection, query.sql(), query.binds());
                var found = statement.executeQuery()) {
            var rows = new ArrayList<PagedQuery.Row>();
            while (found.next()) {
                var values = new ArrayList<@Nullable String>();
                for (int i = 0; i < query.sortColumns(); i++) {
                    values.add(found.getString(i + 2));
                }
                rows.add(new PagedQuery.Row(found.getLong(1), values));
            }
            return query.page(rows);
        }
    }

    /** What the planner makes of it, on one line each. */
    static String plan(Connection connection, PagedQuery query, boolean analyze) throws SQLException {
        try (var statement =
                        prepare(connection, "EXPLAIN " + (analyze ? "ANALYZE " : "") + query.sql(), query.binds());
                var lines = statement.executeQuery()) {
            var plan = new ArrayList<String>();
            while (lines.next()) {
                plan.add(lines.getString(1));
            }
            return String.join("\n", plan);
        }
    }

    static void execute(Connection connection, String sql, @Nullable Object... binds) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < binds.length; i++) {
                statement.setObject(i + 1, binds[i]);
            }
            statement.execute();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, List<Object> binds)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (int i = 0; i < binds.size(); i++) {
            statement.setObject(i + 1, binds.get(i));
        }
        return statement;
    }
}
