package dev.fourfold.metrics.influx;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.influx.DebugVars.Counters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How far each shard of the database has come in saving its cache to files. InfluxDB 1.8 calls that a snapshot, and does
 * it once a cache holds 25 MB or was not written to for ten minutes.
 *
 * @param saved by shard: the bytes that its saves, ended and under way, have taken over since InfluxDB was started
 * @param underWay the shards that save now, or whose last save failed
 */
record CacheSaves(Map<String, Double> saved, Set<String> underWay) {

    private static final String CACHE = "tsm1_cache";

    /** Asks InfluxDB; empty where it does not tell us. */
    static Optional<CacheSaves> ask(InfluxReader reader, String database) throws StoreUnavailableException {
        return reader.askIfAllowed(DebugVars.PATH, body -> of(DebugVars.read(body, CACHE), database));
    }

    private static CacheSaves of(List<Counters> caches, String database) {
        var saved = new HashMap<String, Double>();
        var underWay = new HashSet<String>();
        for (Counters cache : caches) {
            if (cache.tag("database").equals(database)) {
                saved.put(cache.tag("id"), cache.value("cachedBytes"));
                if (cache.value("snapshotCount") > 0) {
                    underWay.add(cache.tag("id"));
                }
            }
        }
        return new CacheSaves(saved, underWay);
    }

    /** The shards that did any saving between the other answer, at which none did, and this one. */
    Set<String> since(CacheSaves quiet) {
        var moved = new HashSet<>(underWay);
        saved.forEach((shard, bytes) -> {
            // Less than before after a start of InfluxDB, which counts from nothing again.
            if (!bytes.equals(quiet.saved.getOrDefault(shard, 0.0))) {
                moved.add(shard);
            }
        });
        return moved;
    }
}
