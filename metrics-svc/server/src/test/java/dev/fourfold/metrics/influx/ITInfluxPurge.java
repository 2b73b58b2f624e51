package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fourfold.embedded.InfluxBinary;
import dev.fourfold.embedded.InfluxSettings;
import dev.fourfold.embedded.InfluxStore;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the purge of a long run costs: everything that this process allocates meanwhile is counted. InfluxDB saves no cache
 * here: the purge would wait for it, and asking again and again allocates, too.
 */
final class ITInfluxPurge {

    private static final Logger LOG = LoggerFactory.getLogger(ITInfluxPurge.class);

    private static final long NOW = 1_763_000_000_000L;
    private static final int NAMES = 20;
    private static final int BATCH = 100_000;

    @TempDir
    private static Path folder;

    @Test
    void purgeOfTwoMillionPoints_takesAsLittleMemoryAsThatOfAFew() throws Exception {
        var binary = InfluxBinary.find(null, line -> {}).orElseThrow();
        var settings = InfluxSettings.in(folder.resolve("influxdb"), 0, binary)
                .withEnvironment(Map.of("INFLUXDB_DATA_CACHE_SNAPSHOT_MEMORY_SIZE", "1g"));
        try (var influx = InfluxStore.start(settings);
                var store = new InfluxPointStore(
                        Influx.configuration(influx.url(), "purge", 4_000, influx.user(), influx.password()))) {
            allocated(store, write(store, 100)); // Loads classes.
            long few = allocated(store, write(store, 2_000));
            long many = allocated(store, write(store, 2_000_000));
            LOG.info("purge allocated for 2,000 points: {} bytes; for 2,000,000: {} bytes", few, many);
            assertThat(many).isLessThan(few + (4 << 20));
        }
    }

    private static RunRef write(InfluxPointStore store, int count) throws Exception {
        var run = new RunRef("1", UUID.randomUUID().toString());
        for (int from = 0; from < count; from += BATCH) {
            var points = new ArrayList<Point>(BATCH);
            for (int i = from; i < Math.min(count, from + BATCH); i++) {
                points.add(new Point("name" + i % NAMES, NOW + i / NAMES * 10L, i / NAMES, i));
            }
            store.write(List.of(new PointBatch(run.experimentId(), run.runId(), points)));
        }
        return run;
    }

    /** Purges the run. @return what that allocated, in all threads */
    private static long allocated(InfluxPointStore store, RunRef run) throws Exception {
        assertThat(store.count(run)).isPositive();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getTotalThreadAllocatedBytes();
        store.purge(run);
        long after = threads.getTotalThreadAllocatedBytes();
        assertThat(store.count(run)).isZero();
        return after - before;
    }
}
