package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fourfold.embedded.InfluxBinary;
import dev.fourfold.embedded.InfluxSettings;
import dev.fourfold.embedded.InfluxStore;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.point.Histories;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are purged while InfluxDB saves its cache to a file, which it does slowly here. */
final class ITInfluxSaves {

    private static final long NOW = 1_763_000_000_000L;

    @TempDir
    private static Path folder;

    private static InfluxStore influx;

    @BeforeAll
    static void start() {
        var binary = InfluxBinary.find(null, line -> {}).orElseThrow();
        influx = InfluxStore.start(InfluxSettings.in(folder.resolve("influxdb"), 0, binary)
                .withEnvironment(Map.of(
                        "INFLUXDB_DATA_CACHE_SNAPSHOT_MEMORY_SIZE", "100k",
                        "INFLUXDB_DATA_COMPACT_THROUGHPUT", "200k",
                        "INFLUXDB_DATA_COMPACT_THROUGHPUT_BURST", "200k")));
    }

    @AfterAll
    static void stop() {
        influx.close();
    }

    @Test
    void runWhosePointsAreOnTheirWayToAFile_isGone() throws Exception {
        try (var store = open(influx.url(), "before")) {
            fillAndAwaitSave(store, "before");
            store.purge(new RunRef("1", "r"));
            assertThat(store.count(new RunRef("1", "r"))).isZero();
            assertThatOneNewPointIsAll(store);
        }
    }

    @Test
    void runWhosePointsSetOutAsItIsRemoved_isGone() throws Exception {
        // What happens just before the first removal gets to InfluxDB.
        var meanwhile = new AtomicReference<@Nullable Meanwhile>();
        var front = front(meanwhile);
        try (var direct = open(influx.url(), "amid");
                var store = open("http://127.0.0.1:" + front.getAddress().getPort(), "amid")) {
            direct.write(List.of(batch("r", 0, 2)));
            meanwhile.set(() -> {
                fillAndAwaitSave(direct, "amid");
                // Another run is in the cache, so the removal looks there, finds nothing of ours, and the index forgets
                // us.
                direct.write(List.of(batch("other", 10, 10)));
            });
            store.purge(new RunRef("1", "r"));
            assertThat(meanwhile.get()).isNull();
            assertThat(store.count(new RunRef("1", "r"))).isZero();
            assertThatOneNewPointIsAll(store);
        } finally {
            front.stop(0);
        }
    }

    private static void assertThatOneNewPointIsAll(InfluxPointStore store) throws Exception {
        var point = new Point("loss", NOW + 5, 5, 0.5);
        var late = new Point("late", NOW + 5, 5, Double.NaN);
        store.write(List.of(new PointBatch("1", "r", List.of(point, late))));
        assertThat(Histories.read(store, "1", "r", "loss", 1_000)).containsExactly(point);
        assertThat(Histories.read(store, "1", "r", "late", 1_000)).containsExactly(late);
        assertThat(store.count(new RunRef("1", "r"))).isEqualTo(2);
    }

    private static void fillCache(InfluxPointStore store) throws Exception {
        for (int from = 10; from < 60_000; from += 10_000) {
            store.write(List.of(batch("r", from, 10_000)));
        }
    }

    private static PointBatch batch(String run, int from, int count) {
        var points = new ArrayList<Point>();
        for (int i = from; i < from + count; i++) {
            points.add(new Point("loss", NOW + i * 10L, i, Math.sin(i)));
        }
        return new PointBatch("1", run, points);
    }

    /** Until a save is under way, which begins within a second; where it was over before it was seen, there is another. */
    private static void fillAndAwaitSave(InfluxPointStore store, String database) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        do {
            assertThat(System.nanoTime()).as("InfluxDB saves its cache").isLessThan(deadline);
            fillCache(store);
        } while (!seesSave(store, database));
    }

    private static boolean seesSave(InfluxPointStore store, String database) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < end) {
            if (!CacheSaves.ask(store.reader(), database)
                    .orElseThrow()
                    .underWay()
                    .isEmpty()) {
                return true;
            }
            Thread.sleep(5);
        }
        return false;
    }

    private static InfluxPointStore open(String url, String database) {
        return new InfluxPointStore(Influx.configuration(url, database, 4_000, influx.user(), influx.password()));
    }

    /** Hands everything on to InfluxDB; before the first removal does what is asked for. */
    private static HttpServer front(AtomicReference<@Nullable Meanwhile> meanwhile) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (new String(body, StandardCharsets.UTF_8).contains("DROP+SERIES")) {
                var first = meanwhile.getAndSet(null);
                if (first != null) {
                    try {
                        first.run();
                    } catch (Exception e) {
                        throw new IOException("What was to be before this removal was not", e);
                    }
                }
            }
            Passing.answer(exchange, Passing.forward(exchange, body, influx.url()));
        });
        server.start();
        return server;
    }

    private interface Meanwhile {
        void run() throws Exception;
    }
}
