package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITMongoStore {

    private static final int WRITERS = 8;
    private static final int SINGLE_WRITES = 2_000;
    private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 300;

    @TempDir
    Path parent;

    private static MongoClient connect(MongoStore store) {
        return MongoClients.create(store.url() + "/?serverSelectionTimeoutMS=5000");
    }

    private static MongoCollection<Document> logs(MongoClient client) {
        return client.getDatabase("test").getCollection("logs");
    }

    @Test
    void data_survivesACleanStop() {
        var folder = parent.resolve("store");
        try (var store = MongoStore.start(folder, 0);
                var client = connect(store)) {
            logs(client).insertOne(new Document("_id", 7));
            assertThat(store.pid()).isEmpty();
            assertThat(store.version()).matches("1\\.\\d+\\.\\d+");
        }
        try (var store = MongoStore.start(folder, 0);
                var client = connect(store)) {
            assertThat(logs(client).countDocuments()).isEqualTo(1);
        }
    }

    @Test
    void bothForms_shareTheFolder() {
        var folder = parent.resolve("store");
        try (var store = MongoStore.startApart(folder, 0);
                var client = connect(store)) {
            logs(client).insertOne(new Document("_id", 7));
            assertThat(store.pid().orElseThrow())
                    .isNotEqualTo(ProcessHandle.current().pid());
        }
        try (var store = MongoStore.start(folder, 0);
                var client = connect(store)) {
            assertThat(logs(client).countDocuments()).isEqualTo(1);
        }
    }

    @Test
    void secondHolder_isRefused() {
        var folder = parent.resolve("store");
        try (var _ = MongoStore.start(folder, 0)) {
            assertThatThrownBy(() -> MongoStore.startApart(folder, 0))
                    .isInstanceOf(EmbeddedStoreException.class)
                    .hasMessageContaining("in use by process");
        }
    }

    @Test
    void acknowledgedWrites_surviveAKilledServer_andTheirIndexWithThem() throws Exception {
        try (var store = MongoStore.startApart(parent.resolve("store"), 0)) {
            for (var round = 0; round < 3; round++) {
                var acknowledged = killWhileWriting(store, round);
                store.restart();
                try (var client = connect(store)) {
                    var logs = logs(client);
                    Set<String> found = new HashSet<>();
                    logs.find().forEach(document -> found.add(document.getString("key")));
                    assertThat(found).containsAll(acknowledged);
                    assertThat(logs.countDocuments())
                            .as("a document for each key, none twice")
                            .isEqualTo(found.size());
                    // What is there is in the unique index, and what is not there is not in it.
                    for (var key : acknowledged) {
                        assertThatThrownBy(() -> logs.insertOne(new Document("key", key)))
                                .isInstanceOf(MongoException.class);
                    }
                    for (var writer = 0; writer < WRITERS; writer++) {
                        for (var n = 0; n < ACKNOWLEDGED_BEFORE_THE_KILL; n++) {
                            var key = round + "-" + writer + "-" + n;
                            if (!found.contains(key)) {
                                logs.insertOne(new Document("key", key));
                            }
                        }
                    }
                }
            }
        }
    }

    private static Set<String> killWhileWriting(MongoStore store, int round) throws InterruptedException {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        var killed = new AtomicBoolean();
        try (var client = connect(store)) {
            var logs = logs(client);
            logs.createIndex(Indexes.ascending("key"), new IndexOptions().unique(true));
            List<Thread> writers = new ArrayList<>();
            for (var writer = 0; writer < WRITERS; writer++) {
                var name = round + "-" + writer + "-";
                writers.add(Thread.ofVirtual().start(() -> {
                    for (var n = 0; !killed.get(); n++) {
                        try {
                            logs.insertOne(new Document("key", name + n).append("line", "x".repeat(200)));
                        } catch (MongoException e) {
                            return;
                        }
                        acknowledged.add(name + n);
                        if (acknowledged.size() >= ACKNOWLEDGED_BEFORE_THE_KILL && killed.compareAndSet(false, true)) {
                            Kill.now(store.pid().orElseThrow());
                        }
                    }
                }));
            }
            for (var writer : writers) {
                writer.join();
            }
            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ACKNOWLEDGED_BEFORE_THE_KILL);
        }
        return acknowledged;
    }

    @Test
    void file_shrinks_onceManySmallWritesAreOver() throws InterruptedException {
        try (var store = MongoStore.start(parent.resolve("store"), 0);
                var client = connect(store)) {
            var logs = logs(client);
            for (var n = 0; n < SINGLE_WRITES; n++) {
                logs.insertOne(new Document("_id", n).append("line", "x".repeat(200)));
            }
            var file = store.folder().resolve("data/mongodb.mv").toFile();
            var peak = file.length();
            var deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
            while (file.length() >= peak) {
                assertThat(System.nanoTime())
                        .as("the file is still of %d bytes", file.length())
                        .isLessThan(deadline);
                Thread.sleep(Duration.ofMillis(100));
            }
            assertThat(logs.countDocuments(Filters.gte("_id", 0))).isEqualTo(SINGLE_WRITES);
        }
    }

    /** Pauses long enough for the store to make its file small, while somebody reads, and deletions to make it worth it. */
    @Test
    void everything_isThere_afterPausesInWhichTheFileIsMadeSmall() throws Exception {
        var folder = parent.resolve("store");
        Set<String> expected = new HashSet<>();
        var random = new Random(7);
        try (var store = MongoStore.start(folder, 0);
                var client = connect(store)) {
            var logs = logs(client);
            var over = new AtomicBoolean();
            var reader = new FutureTask<>(() -> {
                var read = 0;
                for (; !over.get(); read++) {
                    logs.find()
                            .batchSize(50)
                            .forEach(document -> assertThat(document).containsKey("line"));
                }
                return read;
            });
            Thread.ofVirtual().start(reader);
            for (var round = 0; round < 3; round++) {
                for (var n = 0; n < 150; n++) {
                    var id = round + "-" + n;
                    var line = new byte[random.nextInt(n % 10 == 0 ? 300_000 : 20_000)];
                    logs.insertOne(new Document("_id", id).append("line", line));
                    if (random.nextInt(3) > 0) {
                        expected.add(id);
                    } else {
                        logs.deleteOne(Filters.eq("_id", id));
                    }
                }
                // The store begins after two seconds without a write, and goes on as long as it gains by it.
                Thread.sleep(Duration.ofMillis(3_500));
            }
            over.set(true);
            assertThat(reader.get()).isPositive();
        }
        try (var store = MongoStore.start(folder, 0);
                var client = connect(store)) {
            Set<String> found = new HashSet<>();
            logs(client).find().batchSize(50).forEach(document -> found.add(document.getString("_id")));
            assertThat(found).isEqualTo(expected);
        }
    }
}
