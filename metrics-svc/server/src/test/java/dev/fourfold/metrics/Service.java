package dev.fourfold.metrics;

import dev.fourfold.embedded.InfluxStore;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Starts metrics-svc for tests, in its two forms. */
final class Service {

    private Service() {}

    /** In this process, as in the one-JVM form. */
    static ApplicationContextBuilder here(InfluxStore influx, Path journal, Map<String, Object> more) {
        var properties = new HashMap<String, Object>(Map.of(
                "fourfold.influx.url", influx.url(),
                "fourfold.influx.username", influx.user(),
                "fourfold.influx.password", influx.password(),
                "fourfold.influx.database", "service",
                "fourfold.metrics.journal-folder", journal.toString()));
        properties.putAll(more);
        return ApplicationContext.builder()
                .propertySources(MetricsDefaults.everywhere())
                .properties(properties)
                .banner(false);
    }

    /** As a process of its own would be: with its routes, on a free port. */
    static ApplicationContextBuilder separate(InfluxStore influx, Path journal) {
        return separate(influx, journal, Map.of());
    }

    /** The same with more settings. */
    static ApplicationContextBuilder separate(InfluxStore influx, Path journal, Map<String, Object> more) {
        var properties = new HashMap<String, Object>(Map.of("micronaut.server.port", -1));
        properties.putAll(more);
        return here(influx, journal, properties)
                .propertySources(MetricsDefaults.everywhere(), MetricsDefaults.process());
    }

    /** What the gateway has where metrics-svc is at an address, or several. */
    static ApplicationContextBuilder client(String url) {
        return ApplicationContext.builder()
                .properties(Map.of("fourfold.metrics.url", url))
                .banner(false);
    }
}
