package dev.fourfold.metrics.move;

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
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store that the service knows: one engine, or two while points are moved from one to the other. Which, is read from
 * the record before the first use; until then this store is away. A service that knows no PostgreSQL has no record, and
 * its configuration decides.
 */
@Singleton
@Primary
@Requires(missingProperty = HttpMetricOperations.URL)
final class PlacedPointStore implements PointStore {

    private static final Logger LOG = LoggerFactory.getLogger(PlacedPointStore.class);

    private final Engine configured;
    private final PointStore influx;
    private final @Nullable PointStore postgres;
    private final @Nullable MoveRecord record;

    /** Held while points are written, so that a change of place falls between two writes. Fair: a drain writes on and on. */
    private final ReentrantLock writing = new ReentrantLock(true);

    private volatile @Nullable Placement placement;

    /** The engine that last failed to write, null where writing goes well. */
    private volatile @Nullable Engine failing;

    private long purges;

    PlacedPointStore(
            MetricsConfiguration configuration,
            @Named(MetricsConfiguration.INFLUXDB) PointStore influx,
            @Nullable @Named(MetricsConfiguration.POSTGRESQL) PointStore postgres,
            @Nullable MoveRecord record) {
        this.configured = Engine.of(configuration.store()).orElseThrow();
        this.influx = influx;
        this.postgres = postgres;
        this.record = record;
        if (configured == Engine.POSTGRESQL && postgres == null) {
            throw new IllegalArgumentException(
                    "fourfold.metrics.store is postgresql, so fourfold.metrics.postgres.url must say where that is");
        }
        if (record == null) {
            placement = Placement.only(configured);
        }
    }

    /** What the configuration says. */
    Engine configured() {
        return configured;
    }

    /** Where points are. */
    Placement placement() throws StoreUnavailableException {
        Placement known = placement;
        return known == null ? load() : known;
    }

    /** Where points are from now on; what is being written is finished before. */
    void place(Placement next) {
        writing.lock();
        try {
            if (!next.equals(placement)) {
                LOG.info("metrics.placement reads={} writes={}", next.reads(), next.writes());
            }
            placement = next;
            failing = null;
        } finally {
            writing.unlock();
        }
    }

    /** The store of one engine. */
    PointStore store(Engine engine) {
        return switch (engine) {
            case INFLUXDB -> influx;
            case POSTGRESQL -> {
                if (postgres == null) {
                    throw new IllegalStateException("Points are recorded to be in PostgreSQL, which is not configured");
                }
                yield postgres;
            }
        };
    }

    /** Does something while nothing is written, so that what is read of both stores is of one moment. */
    <T> T betweenWrites(Something<T> something) throws StoreUnavailableException {
        writing.lock();
        try {
            return something.get();
        } finally {
            writing.unlock();
        }
    }

    /** How many purges there were; for {@link #copy}. */
    long purges() {
        writing.lock();
        try {
            return purges;
        } finally {
            writing.unlock();
        }
    }

    /**
     * Writes points to one store that were read from another one.
     *
     * @param purgesBefore what {@link #purges} was before they were read
     * @return false, and nothing is written, where a run was purged meanwhile or this store gets no points any more
     */
    boolean copy(Engine to, PointBatch points, long purgesBefore) throws StoreUnavailableException {
        return betweenWrites(() -> {
            if (purges != purgesBefore || !placement().writes().contains(to)) {
                return false;
            }
            store(to).write(List.of(points));
            return true;
        });
    }

    /** Removes all points of a run from one store. */
    void remove(Engine engine, RunRef run) throws StoreUnavailableException {
        betweenWrites(() -> {
            store(engine).purge(run);
            return run;
        });
    }

    @Override
    public void ensureSchema() throws StoreUnavailableException {
        for (Engine engine : placement().writes()) {
            store(engine).ensureSchema();
        }
    }

    @Override
    public long write(List<PointBatch> batches) throws StoreUnavailableException {
        return betweenWrites(() -> {
            long refused = 0;
            for (Engine engine : placement().writes()) {
                refused += of(engine, store -> store.write(batches));
            }
            return refused;
        });
    }

    @Override
    public HistoryPage read(HistoryQuery query) throws StoreUnavailableException {
        return reads().read(query);
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException {
        return reads().bulk(query);
    }

    @Override
    public List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException {
        return reads().sample(query);
    }

    @Override
    public List<MetricSeries> series(SeriesQuery query) throws StoreUnavailableException {
        return reads().series(query);
    }

    @Override
    public long count(RunRef run) throws StoreUnavailableException {
        return reads().count(run);
    }

    @Override
    public void purge(RunRef run) throws StoreUnavailableException {
        betweenWrites(() -> {
            purges++;
            for (Engine engine : placement().writes()) {
                of(engine, store -> {
                    store.purge(run);
                    return run;
                });
            }
            return run;
        });
    }

    @Override
    public void runs(Consumer<RunRef> each) throws StoreUnavailableException {
        reads().runs(each);
    }

    @Override
    public SortedSet<String> keys(RunRef run) throws StoreUnavailableException {
        return reads().keys(run);
    }

    /** Those of InfluxDB where it gets points, also while it is not read yet. */
    @Override
    public List<String> retentionClasses() {
        Placement known = placement;
        boolean influxdb =
                known == null ? configured == Engine.INFLUXDB : known.writes().contains(Engine.INFLUXDB);
        return influxdb ? influx.retentionClasses() : List.of();
    }

    @Override
    public StoreStatus status() {
        try {
            Placement now = placement();
            StoreStatus status = store(now.reads()).status();
            return now.writes().size() == 1 || status.detail() != null
                    ? status
                    : new StoreStatus(
                            status.part(),
                            status.engine(),
                            status.version(),
                            status.where(),
                            status.available(),
                            "a move is under way: new points go to "
                                    + now.writes().getFirst().text() + " and "
                                    + now.writes().getLast().text());
        } catch (StoreUnavailableException e) {
            return new StoreStatus(
                    configured.text(), "unknown", null, "as PostgreSQL has it recorded", false, e.getMessage());
        }
    }

    @Override
    public String part() {
        Engine away = failing;
        Placement known = placement;
        return away != null ? away.text() : (known == null ? configured : known.reads()).text();
    }

    /** The engines are beans of their own, which are closed as such. */
    @Override
    public void close() {
        // Nothing of its own is open.
    }

    private PointStore reads() throws StoreUnavailableException {
        return store(placement().reads());
    }

    private <T> T of(Engine engine, Writing<T> something) throws StoreUnavailableException {
        try {
            T result = something.on(store(engine));
            if (failing == engine) {
                failing = null;
            }
            return result;
        } catch (StoreUnavailableException e) {
            failing = engine;
            throw e;
        }
    }

    private Placement load() throws StoreUnavailableException {
        MoveRecord known = record;
        if (known == null) {
            return Placement.only(configured);
        }
        writing.lock();
        try {
            Placement loaded = placement;
            if (loaded != null) {
                return loaded;
            }
            loaded = Recorded.read(known, configured).placement();
            if (!loaded.writes().contains(configured)) {
                String recorded = loaded.writes().getFirst().text();
                LOG.warn(
                        "metrics.placement fourfold.metrics.store is {}, but points are in {} as recorded in PostgreSQL, and"
                                + " stay there: set it to {}, or move them with `fourfold metrics move --from {} --to {}`",
                        configured.text(),
                        recorded,
                        recorded,
                        recorded,
                        configured.text());
            }
            LOG.info("metrics.placement reads={} writes={}", loaded.reads(), loaded.writes());
            placement = loaded;
            return loaded;
        } finally {
            writing.unlock();
        }
    }

    /** Something that stores are asked for. */
    @FunctionalInterface
    interface Something<T> {

        T get() throws StoreUnavailableException;
    }

    /** Something that one store is asked to do. */
    @FunctionalInterface
    private interface Writing<T> {

        T on(PointStore store) throws StoreUnavailableException;
    }
}
