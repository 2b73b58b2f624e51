package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One store of each kind for this JVM, for tests: started when first asked for, in a temporary folder, shared by
 * everybody who asks, stopped and deleted when the JVM ends.
 */
public final class TemporaryStores {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryStores.class);

    private static final Lazy<PostgresStore> POSTGRES =
            new Lazy<>("postgresql", folder -> PostgresStore.start(folder, 0));
    private static final Lazy<RedisStore> REDIS = new Lazy<>("redis", folder -> RedisStore.start(folder, 0));
    private static final Lazy<MongoStore> MONGO = new Lazy<>("mongodb", folder -> MongoStore.start(folder, 0));
    private static final Lazy<SecantusStore> SECANTUS =
            new Lazy<>("secantusdb", folder -> SecantusStore.start(folder, 0, line -> LOG.info("{}", line)));
    private static final Lazy<InfluxStore> INFLUX =
            new Lazy<>("influxdb", folder -> InfluxStore.start(folder, 0, influxBinary()));
    private static final Lazy<S3Store> S3 =
            new Lazy<>("s3", folder -> S3Store.start(folder, 0, line -> LOG.info("{}", line)));

    private static final List<EmbeddedStore> STARTED = new ArrayList<>();
    private static @Nullable Path root;

    private TemporaryStores() {}

    /** A PostgreSQL with an empty database {@code fourfold}; see also {@link #newDatabase()}. */
    public static PostgresStore postgres() {
        return POSTGRES.get();
    }

    /** A Redis. */
    public static RedisStore redis() {
        return REDIS.get();
    }

    /** MongoDB's protocol, served by this JVM. */
    public static MongoStore mongo() {
        return MONGO.get();
    }

    /** MongoDB's protocol over WiredTiger; the first time on a machine this installs it. */
    public static SecantusStore secantus() {
        return SECANTUS.get();
    }

    /** An InfluxDB; the first time on a machine without an {@code influxd} this builds one. */
    public static InfluxStore influx() {
        return INFLUX.get();
    }

    /** An S3-compatible server without buckets; the first time on a machine this builds it. */
    public static S3Store s3() {
        return S3.get();
    }

    /** The JDBC address of a new, empty database of {@link #postgres()}; wants PostgreSQL's driver on the class path. */
    public static String newDatabase() {
        var store = postgres();
        var name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        try (var connection = DriverManager.getConnection(store.url(), store.user(), store.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new EmbeddedStoreException("No new database: " + e.getMessage(), e);
        }
        return store.url(name);
    }

    private static InfluxBinary influxBinary() {
        return InfluxBinary.find(null, line -> LOG.info("{}", line))
                .orElseThrow(() -> new EmbeddedStoreException("There is no influxd, and no Go tool to build one."));
    }

    private static synchronized Path folder(String name) {
        if (root == null) {
            try {
                root = Files.createTempDirectory("fourfold-");
            } catch (IOException e) {
                throw new EmbeddedStoreException("No temporary folder: " + e.getMessage(), e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(TemporaryStores::closeAll, "temporary-stores"));
        }
        return root.resolve(name);
    }

    private static synchronized void started(EmbeddedStore store) {
        STARTED.add(store);
    }

    private static synchronized void closeAll() {
        STARTED.forEach(EmbeddedStore::close);
        if (root != null) {
            try {
                PrivateFiles.deleteTree(root);
            } catch (IOException e) {
                LOG.warn("folder={} cannot be deleted", root, e);
            }
        }
    }

    /** Each kind has its own lock, so that they can start beside each other. */
    private static final class Lazy<S extends EmbeddedStore> {
        private final String name;
        private final Function<Path, S> start;
        private @Nullable S store;

        Lazy(String name, Function<Path, S> start) {
            this.name = name;
            this.start = start;
        }

        synchronized S get() {
            if (store == null) {
                store = start.apply(folder(name));
                started(store);
            }
            return store;
        }
    }
}
