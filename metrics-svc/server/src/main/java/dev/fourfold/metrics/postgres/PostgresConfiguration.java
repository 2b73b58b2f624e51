package dev.fourfold.metrics.postgres;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Where PostgreSQL is, when points are kept there.
 *
 * @param url its JDBC address
 * @param username who may create the schema {@code metrics}
 * @param password that user's
 * @param connections how many connections this process may have
 */
@ConfigurationProperties("fourfold.metrics.postgres")
record PostgresConfiguration(
        @Bindable(defaultValue = "jdbc:postgresql://127.0.0.1:5432/fourfold")
        String url,

        @Bindable(defaultValue = "fourfold") String username,
        @Bindable(defaultValue = "") String password,
        @Bindable(defaultValue = "8") int connections) {

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
