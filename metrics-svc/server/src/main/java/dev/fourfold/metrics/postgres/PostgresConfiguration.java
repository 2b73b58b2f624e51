package dev.fourfold.metrics.postgres;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Where PostgreSQL is, when points are kept there.
 *
 * @param url its JDBC address
 * @param username who may create the schema {@code metrics}
 * @param password that user's
 * @param idleConnections how many connections this process keeps open
 * @param connections how many it may have
 * @param otherConnections how many others have at the same server
 * @param connectionLifetime after how long a connection is replaced
 * @param connectionTimeout how long to wait for one
 * @param timeout how long to wait for an answer
 */
@ConfigurationProperties("fourfold.metrics.postgres")
record PostgresConfiguration(
        @Bindable(defaultValue = "jdbc:postgresql://127.0.0.1:5432/fourfold")
        String url,

        @Bindable(defaultValue = "fourfold") String username,
        @Bindable(defaultValue = "") String password,
        @Bindable(defaultValue = "20") int idleConnections,
        @Bindable(defaultValue = "60") int connections,
        @Bindable(defaultValue = "0") int otherConnections,
        @Bindable(defaultValue = "1h") Duration connectionLifetime,
        @Bindable(defaultValue = "1s") Duration connectionTimeout,
        @Bindable(defaultValue = "30s") Duration timeout) {

    PostgresConfiguration {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("fourfold.metrics.postgres.url begins with jdbc:postgresql:");
        }
        if (connections < 2) {
            throw new IllegalArgumentException("fourfold.metrics.postgres.connections is at least 2");
        }
    }

    /** The address for people: without parameters, which may hold secrets. */
    String where() {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }
}
