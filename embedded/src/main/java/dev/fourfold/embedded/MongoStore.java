package dev.fourfold.embedded;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.ServerVersion;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MongoDB's protocol (wire version 8), served by mongo-java-server from one H2 file, in this JVM or in one of its own.
 * It listens on the loopback address only and knows no users. Both forms use the same folder in the same way.
 */
public final class MongoStore implements EmbeddedStore {

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);

    private static final String PART = "mongodb";
    private static final String FILE = "mongodb.mv";
    private static final String VERSION = version("mongo-java-server");
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS = 1_000;
    // A write waits on its thread until it is saved, and the waiting ones are saved together: so, many threads.
    private static final int THREADS = 64;
    // Space is used again this long after it fell free. H2's 45 s guard against a disk that reorders writes; ours are
    // synced one by one.
    private static final int RETENTION_MILLIS = 1_000;
    private static final int CACHE_MEGABYTES = 64;

    private sealed interface Form {
        record InThisJvm(DataFolder folder, Served served) implements Form {}

        record Apart(StoreProcess process) implements Form {}
    }

    /** An open data folder and the server on it. */
    record Served(DataFolder data, MongoServer server, int port) implements AutoCloseable {

        /** Opens the data below a store's folder, locks it and serves it. */
        static Served open(Path folder, int wishedPort) {
            var data = DataFolder.lock(folder.resolve("data"));
            var opened = false;
            try {
                var store = new MVStore.Builder()
                        .fileName(data.path().resolve(FILE).toString())
                        .autoCommitDisabled()
                        .cacheSize(CACHE_MEGABYTES)
                        .open();
                store.setRetentionTime(RETENTION_MILLIS);
                var backend = new DurableMongoBackend(store);
                backend.version(ServerVersion.MONGO_5_0);
                var server = new MongoServer(backend);
                try {
                    var port = Ports.claim(PART, wishedPort);
                    server.bind(Ports.address(port), 1, THREADS);
                    opened = true;
                    return new Served(data, server, port);
                } finally {
                    if (!opened) {
                        backend.close();
                    }
                }
            } catch (MVStoreException e) {
                throw new EmbeddedStoreException(PART + " cannot open its data in " + data + ": " + e.getMessage(), e);
            } finally {
                if (!opened) {
                    data.close();
                }
            }
        }

        @Override
        public void close() {
            try (data) {
                server.shutdownNow();
            }
        }
    }

    private final Form form;
    private final Path folder;
    private boolean closed;

    private MongoStore(Form form, Path folder) {
        this.form = form;
        this.folder = folder;
    }

    /**
     * Starts it in this JVM, after stopping one in a JVM of its own that a killed launcher left on this folder.
     *
     * @param folder where it keeps everything; made when absent
     * @param port its port on the loopback address, 0 for a free one
     * @throws EmbeddedStoreException when the folder is in use or unreadable, or the port is taken
     */
    public static MongoStore start(Path folder, int port) {
        var locked = DataFolder.lock(folder);
        var started = false;
        try {
            stopLeftOvers(locked);
            var served = Served.open(locked.path(), port);
            started = true;
            LOG.info("part={} port={} folder={} started in this JVM", PART, served.port(), locked);
            return new MongoStore(new Form.InThisJvm(locked, served), locked.path());
        } finally {
            if (!started) {
                locked.close();
            }
        }
    }

    /**
     * Starts it in a JVM of its own, with this one's class path, which runs {@link MongoProcess} and which this object
     * stops.
     *
     * @param folder where it keeps everything; made when absent
     * @param port its port on the loopback address, 0 for a free one
     * @throws EmbeddedStoreException when the folder is in use or unreadable, or the port is taken
     */
    public static MongoStore startApart(Path folder, int port) {
        var locked = DataFolder.lock(folder);
        var started = false;
        try {
            stopLeftOvers(locked);
            var process = StoreProcess.start(
                    locked,
                    PART,
                    port,
                    at -> new StoreProcess.Launch(
                            PART,
                            java().getFileName().toString(),
                            mark(locked.path()),
                            command(locked.path(), at),
                            Map.of("CLASSPATH", classPath()),
                            () -> {},
                            _ -> accepts(at),
                            MongoStore::terminate,
                            null,
                            START_LIMIT,
                            STOP_LIMIT));
            started = true;
            return new MongoStore(new Form.Apart(process), locked.path());
        } finally {
            if (!started) {
                locked.close();
            }
        }
    }

    private static void stopLeftOvers(DataFolder folder) {
        StoreProcess.stopLeftOvers(
                folder, PART, java().getFileName().toString(), mark(folder.path()), MongoStore::terminate, STOP_LIMIT);
    }

    private static void terminate(ProcessHandle process) {
        process.destroy();
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static String mark(Path folder) {
        return "-Dfourfold.mongodb.folder=" + folder;
    }

    private static List<String> command(Path folder, int port) {
        return List.of(
                java().toString(),
                mark(folder),
                "-XX:+UseSerialGC",
                "-Xmx768m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                MongoProcess.class.getName(),
                folder.toString(),
                Integer.toString(port));
    }

    /**
     * Ours, for the other JVM's environment: on the command line it would be too long for the operating system to show,
     * and by its command line a left-over is known again.
     */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean accepts(int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(Ports.address(port), CONNECT_MILLIS);
            return true;
        } catch (ConnectException e) {
            LOG.trace("port={} not yet", port, e);
            return false;
        }
    }

    /**
     * How long after its answer a write may still be lost when the process is killed. Zero: an answer waits for the save
     * that holds it, which mongo-java-server by itself does up to a second later.
     */
    public Duration durabilityLag() {
        return Duration.ZERO;
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public String engine() {
        return "mongo-java-server";
    }

    /** The version of mongo-java-server; as MongoDB it calls itself 5.0. */
    @Override
    public String version() {
        return VERSION;
    }

    private static String version(String library) {
        var versions = new Properties();
        try (var file = MongoStore.class.getResourceAsStream("versions.properties")) {
            versions.load(Objects.requireNonNull(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Objects.requireNonNull(versions.getProperty(library));
    }

    @Override
    public int port() {
        return switch (form) {
            case Form.InThisJvm here -> here.served().port();
            case Form.Apart apart -> apart.process().port();
        };
    }

    @Override
    public String url() {
        return "mongodb://" + HOST + ":" + port();
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public OptionalLong pid() {
        return switch (form) {
            case Form.InThisJvm _ -> OptionalLong.empty();
            case Form.Apart apart -> apart.process().pid();
        };
    }

    @Override
    public synchronized boolean running() {
        return switch (form) {
            case Form.InThisJvm _ -> !closed;
            case Form.Apart apart -> apart.process().running();
        };
    }

    @Override
    public synchronized void restart() {
        switch (form) {
            case Form.InThisJvm _ -> {
                if (closed) {
                    throw new EmbeddedStoreException(PART + " in " + folder + " was closed; start it anew.");
                }
            }
            case Form.Apart apart -> apart.process().restart();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        switch (form) {
            case Form.InThisJvm here -> {
                try (var _ = here.folder()) {
                    here.served().close();
                }
            }
            case Form.Apart apart -> apart.process().close();
        }
    }

    @Override
    public String toString() {
        return engine() + " " + version() + " at " + HOST + ":" + port();
    }
}
