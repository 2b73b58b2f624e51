package dev.fourfold.metadata;

import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.embedded.TemporaryStores;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/** Databases on one real PostgreSQL for all tests of a JVM. */
public final class TestPostgres {

    private TestPostgres() {}

    /** The properties that lead to a new, empty database. */
    public static Map<String, Object> emptyDatabase() {
        return properties(TemporaryStores.newDatabase(), TemporaryStores.postgres());
    }

    /** The properties that lead to a database of this server, with fewer connections than the defaults: tests start often. */
    public static Map<String, Object> properties(String url, PostgresStore server) {
        return Map.of(
                "fourfold.postgres.url",
                url,
                "fourfold.postgres.username",
                server.user(),
                "fourfold.postgres.password",
                server.password(),
                "fourfold.metadata.idle-connections",
                1,
                "fourfold.metadata.connections",
                20);
    }

    /** A connection beside the service's own, into the same schema. */
    public static Connection connect(Map<String, Object> database) throws SQLException {
        var connection = DriverManager.getConnection(
                (String) database.get("fourfold.postgres.url"),
                (String) database.get("fourfold.postgres.username"),
                (String) database.get("fourfold.postgres.password"));
        connection.setSchema("metadata");
        return connection;
    }
}
