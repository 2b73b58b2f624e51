package dev.fourfold.metadata.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Connections for one quick question at the start, before there is a pool: a server that stands still is soon given up. */
record ShortConnections(String url, String username, String password) {

    /** @param limit for the sign-in, and then for each answer; whole seconds, one at least */
    Connection open(Duration limit) throws SQLException {
        var seconds = String.valueOf(Math.max(1, limit.toSeconds()));
        var properties = new Properties();
        properties.setProperty("user", username);
        properties.setProperty("password", password);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        return DriverManager.getConnection(url, properties);
    }

    /** Holds a password. */
    @Override
    public String toString() {
        return PostgresStatus.withoutCredentials(url);
    }
}
