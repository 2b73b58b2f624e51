package dev.fourfold.standalone.up;

import dev.fourfold.contract.StoreStatus;
import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.embedded.EmbeddedStoreException;
import dev.fourfold.embedded.InfluxBinary;
import dev.fourfold.embedded.InfluxStore;
import dev.fourfold.embedded.MongoStore;
import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.embedded.RedisStore;
import dev.fourfold.standalone.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores of a platform: embedded ones, and those whose address was given. */
final class Stores implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

    private static final String METRICS = "metrics";
    private static final String IN_POSTGRESQL = "PostgreSQL (partitioned table)";

    /**
     * The embedded PostgreSQL has this machine to itself and few cores: more connections would only take memory, each a
     * process, and time at the start.
     */
    private static final Map<String, String> EMBEDDED_POOLS = Map.of(
            "fourfold.metadata.idle-connections", "4",
            "fourfold.metadata.connections", "20",
            "fourfold.metrics.postgres.idle-connections", "1",
            "fourfold.metrics.postgres.connections", "8");

    /**
     * A store that is up.
     *
     * @param embedded null where its address was given
     * @param properties what the services need to reach it
     */
    private record Ready(StoreLine line, @Nullable EmbeddedStore embedded, Map<String, String> properties) {}

    private interface Start {
        Ready ready();
    }

    private final List<Ready> ready = new ArrayList<>();

    private Stores() {}

    /** Starts what is missing, all at once; where one fails, the others are stopped again. */
    static Stores start(Settings settings, Progress progress) {
        var stores = new Stores();
        List<Start> starts = List.of(
                () -> postgres(settings),
                () -> influx(settings, progress),
                () -> mongo(settings),
                () -> redis(settings));
        var pending = new ArrayList<Future<Ready>>();
        @Nullable Throwable failure = null;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Start start : starts) {
                pending.add(threads.submit(() -> {
                    Ready one = start.ready();
                    progress.step(one.line().holds() + ": " + one.line().engine() + " at "
                            + one.line().where());
                    return one;
                }));
            }
            for (Future<Ready> one : pending) {
                try {
                    stores.ready.add(one.get());
                } catch (ExecutionException e) {
                    failure = e.getCause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        }
        if (failure != null) {
            stores.close();
            throw switch (failure) {
                case EmbeddedStoreException e -> e;
                case CommandFailure e -> e;
                default -> new IllegalStateException("A store could not be started", failure);
            };
        }
        stores.ready.add(artifacts(settings));
        return stores;
    }

    /** What the services need to reach their stores, by property name. */
    Map<String, String> properties() {
        var all = new LinkedHashMap<String, String>();
        ready.forEach(one -> all.putAll(one.properties()));
        return all;
    }

    /**
     * A line for each store.
     *
     * @param points where metrics-svc says that points are: they may have been moved, whatever the settings say
     */
    List<StoreLine> lines(@Nullable StoreStatus points) {
        return ready.stream()
                .flatMap(one ->
                        one.line().holds().equals(METRICS) ? metricLines(one.line(), points) : Stream.of(one.line()))
                .toList();
    }

    /** The store that has the points first; that of the settings too where it is another one. */
    static Stream<StoreLine> metricLines(StoreLine set, @Nullable StoreStatus points) {
        if (points == null
                || set.engine().startsWith(points.engine())
                || points.engine().equals("unknown")) {
            return Stream.of(set);
        }
        String version = points.version() == null ? "" : " " + points.version();
        String about = points.available() ? points.detail() : "does not answer";
        var recorded = new StoreLine(
                METRICS,
                points.engine() + version + " (as recorded)",
                points.where() + (about == null ? "" : ", " + about));
        return set.engine().equals(IN_POSTGRESQL)
                ? Stream.of(recorded)
                : Stream.of(recorded, new StoreLine("beside it", set.engine(), set.where()));
    }

    /** The embedded ones. */
    List<EmbeddedStore> embedded() {
        var all = new ArrayList<EmbeddedStore>();
        for (Ready one : ready) {
            EmbeddedStore store = one.embedded();
            if (store != null) {
                all.add(store);
            }
        }
        return all;
    }

    @Override
    public void close() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (EmbeddedStore store : embedded()) {
                threads.submit(() -> {
                    try {
                        store.close();
                    } catch (RuntimeException e) {
                        LOG.warn("event=store-not-stopped store={}", store.part(), e);
                    }
                });
            }
        }
    }

    private static Ready postgres(Settings settings) {
        var given = settings.given("fourfold.postgres.url");
        if (given.isPresent()) {
            return elsewhere("metadata", "PostgreSQL", given.get());
        }
        PostgresStore store = PostgresStore.start(settings.dataDir().resolve("postgresql"), 0);
        var properties = new LinkedHashMap<>(Map.of(
                "fourfold.postgres.url",
                store.url(),
                "fourfold.postgres.username",
                store.user(),
                "fourfold.postgres.password",
                store.password(),
                "fourfold.disk.postgresql",
                settings.dataDir().toString()));
        EMBEDDED_POOLS.forEach(
                (name, size) -> properties.put(name, settings.given(name).orElse(size)));
        return new Ready(line("metadata", store), store, properties);
    }

    private static Ready influx(Settings settings, Progress progress) {
        var given = settings.given("fourfold.influx.url");
        if (given.isPresent()) {
            return elsewhere(METRICS, "InfluxDB", given.get());
        }
        boolean wanted = settings.given("fourfold.metrics.store")
                .filter("postgresql"::equals)
                .isEmpty();
        // A folder from before: points may be moved from or to it. Which store they are in, metrics-svc has recorded.
        if (!wanted && !Files.isDirectory(settings.dataDir().resolve("influxdb"))) {
            return inPostgres();
        }
        var binary = InfluxBinary.find(
                settings.given("fourfold.influx.binary").map(Path::of).orElse(null), progress::step);
        if (binary.isEmpty() && !wanted) {
            return inPostgres();
        }
        if (binary.isEmpty()) {
            progress.step("No InfluxDB can be had here: metrics go to PostgreSQL, which is slower for long series."
                    + " Put an influxd 1.8 on the PATH, or name one by FOURFOLD_INFLUX_URL.");
            return inPostgres();
        }
        InfluxStore store = InfluxStore.start(settings.dataDir().resolve("influxdb"), 0, binary.get());
        return new Ready(
                line(METRICS, store),
                store,
                Map.of(
                        "fourfold.metrics.store",
                        wanted ? "influxdb" : "postgresql",
                        "fourfold.influx.url",
                        store.url(),
                        "fourfold.influx.username",
                        store.user(),
                        "fourfold.influx.password",
                        store.password(),
                        "fourfold.disk.influxdb",
                        settings.dataDir().toString()));
    }

    private static Ready inPostgres() {
        return new Ready(
                new StoreLine(METRICS, IN_POSTGRESQL, "beside the metadata"),
                null,
                Map.of("fourfold.metrics.store", "postgresql"));
    }

    private static Ready mongo(Settings settings) {
        var given = settings.given("fourfold.mongo.url");
        if (given.isPresent()) {
            return elsewhere("logs", "MongoDB", given.get());
        }
        Path folder = settings.dataDir().resolve("mongodb");
        MongoStore store = settings.separate() ? MongoStore.startApart(folder, 0) : MongoStore.start(folder, 0);
        return new Ready(
                line("logs", store),
                store,
                Map.of(
                        "fourfold.mongo.url",
                        store.url(),
                        "fourfold.mongo.durability-lag",
                        store.durabilityLag().toMillis() + "ms",
                        "fourfold.disk.mongodb",
                        settings.dataDir().toString()));
    }

    private static Ready redis(Settings settings) {
        var given = settings.given("fourfold.redis.url");
        if (given.isPresent()) {
            return elsewhere("cache", "Redis", given.get());
        }
        RedisStore store = RedisStore.start(settings.dataDir().resolve("redis"), 0);
        return new Ready(
                line("cache", store),
                store,
                Map.of(
                        "fourfold.redis.url",
                        store.url(),
                        "fourfold.disk.redis",
                        settings.dataDir().toString()));
    }

    private static Ready artifacts(Settings settings) {
        var given = settings.given("fourfold.s3.url");
        if (given.isPresent()) {
            return elsewhere("artifacts", "S3", given.get());
        }
        String folder = settings.given("fourfold.artifacts.folder")
                .orElse(settings.dataDir().resolve("artifacts").toString());
        return new Ready(
                new StoreLine("artifacts", "directory", folder), null, Map.of("fourfold.artifacts.folder", folder));
    }

    private static StoreLine line(String holds, EmbeddedStore store) {
        return new StoreLine(holds, store.engine() + " " + store.version(), EmbeddedStore.HOST + ":" + store.port());
    }

    private static Ready elsewhere(String holds, String engine, String url) {
        // Credentials within an address are not for the screen.
        String shown = url.replaceFirst("//[^/@]*@", "//").replaceFirst("\\?.*", "");
        return new Ready(new StoreLine(holds, engine + " (given)", shown), null, Map.of());
    }
}
