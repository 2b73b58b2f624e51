package dev.fourfold.metrics.influx;

import dev.fourfold.embedded.TemporaryStores;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The InfluxDB of these tests. */
final class Influx {

    private Influx() {}

    /** A database of the shared server. */
    static InfluxConfiguration configuration(String database, int maxNames) {
        var server = TemporaryStores.influx();
        return configuration(server.url(), database, maxNames, server.user(), server.password());
    }

    /** A database of some server. */
    static InfluxConfiguration configuration(String url, String database, int maxNames, String user, String password) {
        return configuration(url, database, maxNames, user, password, null);
    }

    /** A database of some server whose certificate an authority has signed. */
    static InfluxConfiguration configuration(
            String url, String database, int maxNames, String user, String password, @Nullable String tlsCa) {
        return new InfluxConfiguration(
                url,
                null,
                null,
                null,
                database,
                "autogen",
                "520w",
                user,
                password,
                Duration.ofSeconds(10),
                maxNames,
                tlsCa);
    }
}
