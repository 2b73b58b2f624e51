package dev.fourfold.metrics.influx;

import dev.fourfold.contract.meters.Disk;
import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreFigures;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.client.HttpMetricOperations;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The size of all shards, from the counters that InfluxDB publishes: as {@code /debug/vars} on a 1.8, as {@code /metrics}
 * on a 2.x. It says nothing of a cache, and has no replicas.
 */
@Singleton
@Requires(missingProperty = HttpMetricOperations.URL)
@Requires(property = "fourfold.metrics.store", value = "influxdb", defaultValue = "influxdb")
final class InfluxFigures implements StoreFigures {

    private static final String SHARD_SIZE = "storage_shard_disk_size{";

    private final InfluxConfiguration configuration;
    private final InfluxPointStore store;
    private final Disk disk;

    InfluxFigures(
            InfluxConfiguration configuration,
            InfluxPointStore store,
            @Value("${fourfold.disk.influxdb:}") String disk) {
        this.configuration = configuration;
        this.store = store;
        this.disk = Disk.of(Store.INFLUXDB, disk);
    }

    @Override
    public String name() {
        return "influxdb";
    }

    @Override
    public List<Figure> ask() throws IOException, StoreUnavailableException {
        double bytes = configuration.version2()
                ? store.reader().ask("/metrics", InfluxFigures::sizeOfBuckets)
                : store.reader().ask(DebugVars.PATH, InfluxFigures::sizeOfShards);
        return disk.used(bytes);
    }

    /** Of a 1.8: an object for each shard, with its size among the values. */
    static double sizeOfShards(InputStream body) throws IOException {
        return DebugVars.read(body, "shard").stream()
                .mapToDouble(shard -> shard.value("diskBytes"))
                .sum();
    }

    /** Of a 2.x: a line for each shard in Prometheus' form. */
    static double sizeOfBuckets(InputStream body) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        return lines.lines()
                .filter(line -> line.startsWith(SHARD_SIZE))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
