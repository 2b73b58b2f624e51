package dev.fourfold.metrics.influx;

import dev.fourfold.contract.StoreStatus;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import dev.fourfold.metrics.client.HttpMetricOperations;
import dev.fourfold.metrics.point.MetricsConfiguration;
import dev.fourfold.metrics.point.PointStore;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

/** Points in InfluxDB. */
@Singleton
@Bean(preDestroy = "close")
@Requires(missingProperty = HttpMetricOperations.URL)
@Requires(
        property = "fourfold.metrics.store",
        value = MetricsConfiguration.INFLUXDB,
        defaultValue = MetricsConfiguration.INFLUXDB)
final class InfluxPointStore implements PointStore {

    /** A million points in a thousand parts: fifteen chunks a part. */
    private static final int CHUNK_POINTS = 64;

    private static final int CHUNKS_WITH_POINTS = 1_000;

    private final InfluxConfiguration configuration;
    private final InfluxSchema schema;
    private final InfluxReader reader;
    private final InfluxWriter lines;
    private final PointWriter points;
    private final HistoryReader histories;
    private final ManyRuns manyRuns;
    private final Outlines outlines;
    private final SeriesReader series;
    private final RunDirectory directory;

    /** Connects to nothing yet: InfluxDB may be away when the service starts. */
    @Inject
    InfluxPointStore(InfluxConfiguration configuration) {
        this(configuration, new Outlines(CHUNK_POINTS, CHUNKS_WITH_POINTS));
    }

    /** @param outlines empty ones, of this store alone */
    InfluxPointStore(InfluxConfiguration configuration, Outlines outlines) {
        this.configuration = configuration;
        this.schema = new InfluxSchema(configuration);
        this.reader = new InfluxReader(configuration, schema::forget);
        this.lines = new InfluxWriter(configuration, schema::forget);
        this.points =
                new PointWriter(new SeriesMemory(reader, configuration.maxNames()), new StoredPlaces(reader), lines);
        this.histories = new HistoryReader(reader);
        this.manyRuns = new ManyRuns(histories);
        this.outlines = outlines;
        this.series = new SeriesReader(reader, outlines);
        this.directory = new RunDirectory(reader);
    }

    @Override
    public void ensureSchema() throws StoreUnavailableException {
        schema.ensure(reader);
    }

    @Override
    public synchronized long write(List<PointBatch> batches) throws StoreUnavailableException {
        schema.ensure(reader);
        try {
            return points.write(batches);
        } finally {
            // After a failure too: some may be written.
            outlines.wrote(batches);
        }
    }

    @Override
    public HistoryPage read(HistoryQuery query) throws StoreUnavailableException {
        schema.ensure(reader);
        return histories.read(List.of(query)).getFirst();
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException {
        schema.ensure(reader);
        return manyRuns.bulk(query);
    }

    @Override
    public List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException {
        schema.ensure(reader);
        return manyRuns.sample(query);
    }

    @Override
    public List<MetricSeries> series(SeriesQuery query) throws StoreUnavailableException {
        schema.ensure(reader);
        return series.read(query);
    }

    @Override
    public void runs(Consumer<RunRef> each) throws StoreUnavailableException {
        schema.ensure(reader);
        directory.runs(each);
    }

    @Override
    public SortedSet<String> keys(RunRef run) throws StoreUnavailableException {
        schema.ensure(reader);
        return directory.keys(run);
    }

    @Override
    public StoreStatus status() {
        try {
            String version = reader.version().orElse(null);
            return new StoreStatus(part(), "InfluxDB", version, configuration.url(), true, null);
        } catch (StoreUnavailableException e) {
            return new StoreStatus(part(), "InfluxDB", null, configuration.url(), false, e.getMessage());
        }
    }

    @Override
    public String part() {
        return "influxdb";
    }

    @Override
    public void close() {
        lines.close();
        reader.close();
    }
}
