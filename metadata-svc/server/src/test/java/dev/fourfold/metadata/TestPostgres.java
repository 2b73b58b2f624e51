package dev.fourfold.metadata;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One real PostgreSQL for all tests of a JVM, and as many empty databases in it as they want. */
public final class TestPostgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private TestPostgres() {}

    /** The properties that lead to a new, empty database. */
    public static Map<String, Object> emptyDatabase() {
        var name = "test_" + DATABASES.incrementAndGet();
        try (var connection = SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Map.of(
                "fourfold.postgres.url", "jdbc:postgresql://127.0.0.1:" + SERVER.getPort() + "/" + name,
                "fourfold.postgres.username", "postgres",
                "fourfold.postgres.password", "postgres");
    }

    /** A connection beside the service's own, into the same schema. */
    public static Connection connect(Map<String, Object> database) throws SQLException {
        var connection =
                DriverManager.getConnection((String) database.get("fourfold.postgres.url"), "postgres", "postgres");
        connection.setSchema("metadata");
        return connection;
    }

    private static EmbeddedPostgres start() {
        try {
            var server = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    server.close();
                } catch (IOException e) {
                    System.err.println("PostgreSQL of the tests was left behind: " + e.getMessage());
                }
            }));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
