package dev.fourfold.metrics.move;

import java.util.Locale;
import java.util.Optional;

/** A kind of store that points can be in. */
public enum Engine {
    /** A partitioned table of PostgreSQL. */
    POSTGRESQL,
    /** InfluxDB. */
    INFLUXDB;

    /** The name as the configuration spells it: {@code postgresql} or {@code influxdb}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #text} back, and the short forms {@code postgres} and {@code influx}. */
    public static Optional<Engine> of(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "postgresql", "postgres" -> Optional.of(POSTGRESQL);
            case "influxdb", "influx" -> Optional.of(INFLUXDB);
            default -> Optional.empty();
        };
    }
}
