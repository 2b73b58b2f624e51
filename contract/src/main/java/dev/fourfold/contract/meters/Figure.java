package dev.fourfold.contract.meters;

import io.micrometer.core.instrument.Tags;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One number that a store told.
 *
 * @param kind which series
 * @param tags besides the store's
 */
public record Figure(Kind kind, Tags tags, double value) {

    /** The series that are asked for; all figures of one have the same labels. */
    public enum Kind {
        CACHE_HITS("db.cache.hits", null, "Reads answered from the store's cache, since its start"),
        CACHE_MISSES("db.cache.misses", null, "Reads not answered from the store's cache, since its start"),
        REPLICATION_LAG("replication.lag", "seconds", "How far a replica is behind, by its primary's word"),
        DISK_USED("db.disk.used", "bytes", "What the store takes of its volume"),
        DISK_TOTAL("db.disk.total", "bytes", "What the store takes and what it could still get, or its volume's size"),
        RUNS("runs", null, "Runs that are not deleted, by their status");

        private final String meter;
        private final @Nullable String unit;
        private final String description;

        Kind(String meter, @Nullable String unit, String description) {
            this.meter = meter;
            this.unit = unit;
            this.description = description;
        }

        String meter() {
            return meter;
        }

        @Nullable
        String unit() {
            return unit;
        }

        String description() {
            return description;
        }
    }

    /** How well a cache within the store does. */
    public static List<Figure> cache(Store store, double hits, double misses) {
        return List.of(of(Kind.CACHE_HITS, store, hits), of(Kind.CACHE_MISSES, store, misses));
    }

    /**
     * How far a replica is behind.
     *
     * @param replica its address, or the name that it gives itself
     */
    public static Figure lag(Store store, String replica, double seconds) {
        return new Figure(Kind.REPLICATION_LAG, Tags.of(store.tag()).and("replica", replica), seconds);
    }

    /** How many runs have a status. */
    public static Figure runs(String status, double count) {
        return new Figure(Kind.RUNS, Tags.of("status", status), count);
    }

    static Figure of(Kind kind, Store store, double value) {
        return new Figure(kind, Tags.of(store.tag()), value);
    }
}
