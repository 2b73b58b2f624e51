package dev.fourfold.contract.meters;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * How long the calls to one store take, each once, where its adapter makes them: as {@code db_query_duration_seconds}, and
 * under OpenTelemetry's name. What is recorded has a meter that was made before, so recording costs some hundred
 * nanoseconds.
 */
public final class StoreCalls {

    /** Names of operations past this many become one: labels must stay few, whatever a driver calls its commands. */
    private static final int MOST_METERS = 200;

    private static final String OTHER = "_OTHER";
    private static final String NONE = "";
    private static final String PRIMARY = "primary";
    private static final String REPLICA = "replica";

    private static final Duration[] QUERY_BUCKETS =
            buckets(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);

    /** Those that OpenTelemetry's conventions advise. */
    private static final Duration[] OPERATION_BUCKETS = buckets(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10);

    private final MeterRegistry registry;
    private final Store store;
    private final String system;
    private final Tags tags;
    private final Timer queries;
    private final ConcurrentHashMap<Call, Timer> operations = new ConcurrentHashMap<>();

    /** Which kind of calls share a meter. */
    private record Call(String operation, String error) {}

    /** @param system what OpenTelemetry calls the engine, in {@code db.system.name} */
    public StoreCalls(MeterRegistry registry, Store store, String system) {
        this(registry, store, system, PRIMARY);
    }

    private StoreCalls(MeterRegistry registry, Store store, String system, String role) {
        this.registry = registry;
        this.system = system;
        this.tags = Tags.of(store.tag()).and("role", role);
        this.store = store;
        this.queries = Timer.builder("db.query.duration")
                .description("How long calls to a store took")
                .tags(tags)
                .serviceLevelObjectives(QUERY_BUCKETS)
                .register(registry);
    }

    /** Those of a store, engine and label alike. */
    public StoreCalls(MeterRegistry registry, Store store) {
        this(registry, store, store.label());
    }

    /** Calls to a store's read replicas, which are told apart from those to the store itself. */
    public static StoreCalls toReplicas(MeterRegistry registry, Store store) {
        return new StoreCalls(registry, store, store.label(), REPLICA);
    }

    /** For an adapter that nobody measures. */
    public static StoreCalls unread(Store store) {
        return new StoreCalls(new SimpleMeterRegistry(), store);
    }

    /** A call that succeeded. */
    public void succeeded(String operation, long nanos) {
        record(operation, NONE, nanos);
    }

    /**
     * A call that failed.
     *
     * @param error of which there are few: the class of an exception, a code
     */
    public void failed(String operation, String error, long nanos) {
        record(operation, error, nanos);
    }

    /** A call that failed with an exception. */
    public void failed(String operation, Throwable failure, long nanos) {
        record(operation, failure.getClass().getSimpleName(), nanos);
    }

    /**
     * How many connections are in use.
     *
     * @param pool which of several pools to the same store; the same word for one that is made again
     */
    public void connections(String pool, DoubleSupplier inUse) {
        Gauge.builder("db.connections.active", inUse::getAsDouble)
                .strongReference(true)
                .description("Connections to a store that are in use")
                .tags(Tags.of(store.tag()).and("pool", pool))
                .register(registry);
    }

    private void record(String operation, String error, long nanos) {
        queries.record(nanos, TimeUnit.NANOSECONDS);
        var call = new Call(operation, error);
        Timer known = operations.get(call);
        (known == null ? timer(call) : known).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Call call) {
        return operations.computeIfAbsent(
                operations.size() < MOST_METERS
                        ? call
                        : new Call(OTHER, call.error().isEmpty() ? NONE : OTHER),
                one -> Timer.builder("db.client.operation.duration")
                        .description("Duration of database client operations")
                        .tags(tags.and("db.system.name", system)
                                .and("db.operation.name", one.operation())
                                .and("error.type", one.error()))
                        .serviceLevelObjectives(OPERATION_BUCKETS)
                        .register(registry));
    }

    private static Duration[] buckets(double... seconds) {
        var buckets = new Duration[seconds.length];
        for (int i = 0; i < seconds.length; i++) {
            buckets[i] = Duration.ofNanos(Math.round(seconds[i] * 1e9));
        }
        return buckets;
    }
}
