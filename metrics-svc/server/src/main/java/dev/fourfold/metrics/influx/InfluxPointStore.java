package dev.fourfold.metrics.influx;

import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
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
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

/** Points in InfluxDB. */
@Singleton
@Named(MetricsConfiguration.INFLUXDB)
@Bean(preDestroy = "close")
@Requires(missingProperty = HttpMetricOperations.URL)
final class InfluxPointStore implements PointStore {

    /** A million points in a thousand parts: fifteen chunks a part. */
    private static final int CHUNK_POINTS = 64;

    private static final int SHORT_CHUNKS = 1_000;

    /** Two million points: some 20 MB. */
    private static final int CHUNKS_WITH_POINTS = 31_250;

    private final InfluxConfiguration configuration;
    private final Policies policies;
    private final InfluxSchema schema;
    private final InfluxReader reader;
    private final InfluxWriter lines;
    private final PointWriter points;
    private final HistoryReader histories;
    private final ManyRuns manyRuns;
    private final Outlines outlines;
    private final SeriesReader series;
    private final RunDirectory directory;
    private final SeriesMemory memory;
    private final RunRemoval removal;

    /** Connects to nothing yet: InfluxDB may be away when the service starts. */
    @Inject
    InfluxPointStore(InfluxConfiguration configuration, List<RetentionClass> classes, MeterRegistry meters) {
        this(
                configuration,
                new Policies(configuration, classes, InstantSource.system()),
                new Outlines(CHUNK_POINTS, SHORT_CHUNKS, CHUNKS_WITH_POINTS),
                new StoreCalls(meters, Store.INFLUXDB));
    }

    /** One without retention classes. */
    InfluxPointStore(InfluxConfiguration configuration) {
        this(configuration, List.of(), InstantSource.system());
    }

    /** One at another time. */
    InfluxPointStore(InfluxConfiguration configuration, List<RetentionClass> classes, InstantSource clock) {
        this(
                configuration,
                new Policies(configuration, classes, clock),
                new Outlines(CHUNK_POINTS, SHORT_CHUNKS, CHUNKS_WITH_POINTS),
                StoreCalls.unread(Store.INFLUXDB));
    }

    /** @param outlines empty ones, of this store alone */
    InfluxPointStore(InfluxConfiguration configuration, Outlines outlines) {
        this(
                configuration,
                new Policies(configuration, List.of(), InstantSource.system()),
                outlines,
                StoreCalls.unread(Store.INFLUXDB));
    }

    private InfluxPointStore(
            InfluxConfiguration configuration, Policies policies, Outlines outlines, StoreCalls calls) {
        this.configuration = configuration;
        this.policies = policies;
        this.reader = new InfluxReader(configuration, this::forgetSchema, calls);
        this.lines = new InfluxWriter(configuration, this::forgetSchema, calls);
        var buckets = new InfluxBuckets(configuration, lines.client());
        this.schema = new InfluxSchema(configuration, policies, buckets);
        this.memory = new SeriesMemory(reader, policies, configuration.maxNames());
        this.points = new PointWriter(policies, memory, new StoredPlaces(reader, policies), lines);
        this.histories = new HistoryReader(reader, policies);
        this.manyRuns = new ManyRuns(histories);
        this.outlines = outlines;
        this.series = new SeriesReader(reader, outlines, policies);
        this.removal = new RunRemoval(configuration, reader, lines, policies, buckets);
        this.directory = new RunDirectory(reader, policies);
    }

    /** What asks InfluxDB. */
    InfluxReader reader() {
        return reader;
    }

    /** Somebody dropped the database. */
    private void forgetSchema() {
        schema.forget();
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
    public long count(RunRef run) throws StoreUnavailableException {
        schema.ensure(reader);
        return removal.count(new RunKey(run.experimentId(), run.runId()));
    }

    @Override
    public synchronized void purge(RunRef run) throws StoreUnavailableException {
        schema.ensure(reader);
        var key = new RunKey(run.experimentId(), run.runId());
        try {
            removal.remove(key);
        } finally {
            // After a failure too: some may be gone.
            memory.forget(key);
            outlines.forget(key);
        }
    }

    @Override
    public List<String> retentionClasses() {
        return policies.classes().stream().map(Policy::name).toList();
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
