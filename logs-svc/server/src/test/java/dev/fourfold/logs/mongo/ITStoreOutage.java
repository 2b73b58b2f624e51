package dev.fourfold.logs.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.embedded.Ports;
import dev.fourfold.embedded.SecantusStore;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.line.ReceivedLines;
import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is killed, even one that forgets what it took last, loses no line that was acknowledged. */
class ITStoreOutage {

    private static final String RUN = "run";
    private static final int WRITERS = 4;

    /** Of each writer, however slow the disk. */
    private static final int LEAST_LINES = 300;

    @TempDir
    Path folder;

    private final int port = Ports.claim("mongodb", 0);

    @Test
    void forgetfulStore_killedUnderLoad_everyAcknowledgedLineIsThereOnce() throws Exception {
        var mongo = start();
        try (var context = service("10s");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var logs = context.getBean(LogOperations.class);
            var end = Instant.now().plusSeconds(6);
            var writing = new ArrayList<Callable<List<LogLine>>>();
            for (int w = 0; w < WRITERS; w++) {
                String writer = "writer-" + w;
                writing.add(() -> writeUntil(end, logs, writer));
            }
            var written = writing.stream().map(pool::submit).toList();
            for (int i = 0; i < 2; i++) {
                Thread.sleep(Duration.ofMillis(1_700)); // Load between the kills, not a wait for a condition.
                mongo.destroyForcibly().waitFor();
                mongo = start();
            }
            var acknowledged = new ArrayList<LogLine>();
            for (var one : written) {
                acknowledged.addAll(one.get());
            }

            assertThat(acknowledged).hasSizeGreaterThan(1_000);
            assertAllThereOnce(readAll(logs), acknowledged);
        } finally {
            mongo.destroyForcibly().waitFor();
        }
    }

    /**
     * A store that keeps what it was asked to make durable, and perhaps nothing else: only the last write of a batch asks.
     */
    @Test
    void syncingStore_killedUnderLoad_everyAcknowledgedLineIsThereOnce() throws Exception {
        try (var secantus = SecantusStore.start(folder.resolve("secantus"), 0, _ -> {});
                var context = service(secantus.url(), "0s");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var logs = context.getBean(LogOperations.class);
            var end = Instant.now().plusSeconds(6);
            var writing = new ArrayList<Callable<List<LogLine>>>();
            for (int w = 0; w < WRITERS; w++) {
                String writer = "writer-" + w;
                writing.add(() -> writeUntil(end, logs, writer));
            }
            var written = writing.stream().map(pool::submit).toList();
            for (int i = 0; i < 3; i++) {
                Thread.sleep(Duration.ofMillis(1_300)); // Load between the kills, not a wait for a condition.
                var process = ProcessHandle.of(secantus.pid().orElseThrow()).orElseThrow();
                process.destroyForcibly();
                process.onExit().join();
                secantus.restart();
            }
            var acknowledged = new ArrayList<LogLine>();
            for (var one : written) {
                acknowledged.addAll(one.get());
            }

            assertThat(acknowledged).hasSizeGreaterThan(1_000);
            assertAllThereOnce(readAll(logs), acknowledged);
        }
    }

    /** Nothing is being written that could fail, so a reader is the first to meet the store that forgot. */
    @Test
    void forgetfulStore_killedWhileNothingIsWritten_readersSeeEveryLineStill() throws Exception {
        var mongo = start();
        try (var context = service("10s")) {
            var logs = context.getBean(LogOperations.class);
            var acknowledged = new ArrayList<LogLine>();
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 100; i++) {
                    var line = line("writer-" + round, i);
                    logs.append(new LogBatch(RUN, List.of(line)));
                    acknowledged.add(line);
                }
                assertAllThereOnce(readAll(logs), acknowledged);
                mongo.destroyForcibly().waitFor();
                mongo = start();
                assertAllThereOnce(readAll(logs), acknowledged);
            }
        } finally {
            mongo.destroyForcibly().waitFor();
        }
    }

    /** The store comes back as it was before the purge, or before the lines: the journal has both, in their order. */
    @Test
    void forgetfulStore_killedAfterAPurge_hasNothingOfTheRunStill() throws Exception {
        var mongo = start();
        try (var context = service("10s")) {
            var logs = context.getBean(LogOperations.class);
            for (int i = 0; i < 100; i++) {
                logs.append(new LogBatch(RUN, List.of(line("writer", i))));
            }
            assertThat(logs.purge(RUN).lines()).isEqualTo(100);
            mongo.destroyForcibly().waitFor();
            mongo = start();
            assertThat(readAll(logs)).isEmpty();
        } finally {
            mongo.destroyForcibly().waitFor();
        }
    }

    /** Shows that the tests above can fail: without the journal this store does lose lines, unless it has just saved them. */
    @Test
    void forgetfulStore_withoutTheJournal_loses() throws Exception {
        var mongo = start();
        var configuration = ITMongoLineStore.configuration(url(), Duration.ZERO);
        var link = new MongoLink(configuration);
        try {
            var store = new MongoLineStore(link, configuration);
            int lost = 0;
            for (int kill = 0; kill < 5 && lost == 0; kill++) {
                String run = RUN + kill;
                int written = 0;
                for (var end = Instant.now().plusMillis(1_500); Instant.now().isBefore(end); written++) {
                    store.write(List.of(
                            new ReceivedLines(new LogBatch(run, List.of(line("w", written))), Instant.EPOCH)));
                }
                mongo.destroyForcibly().waitFor();
                mongo = start();
                lost = written - found(store, run);
            }
            assertThat(lost).isPositive();
        } finally {
            link.close();
            mongo.destroyForcibly().waitFor();
        }
    }

    /** How many lines of a run there are, once the store answers. */
    private static int found(MongoLineStore store, String run) {
        var limit = Instant.now().plusSeconds(60);
        while (true) {
            try {
                return store.search(LogQuery.ofRun(run, 10_000)).ofOneRun().size();
            } catch (StoreUnavailableException e) {
                assertThat(Instant.now()).isBefore(limit);
            }
        }
    }

    @Test
    void storeAway_writersGoOn_readersAreTold_andTheJournalDrains() throws Exception {
        var acknowledged = new ArrayList<LogLine>();
        try (var context = service("10s")) {
            var logs = context.getBean(LogOperations.class);
            for (int i = 0; i < 20; i++) {
                logs.append(new LogBatch(RUN, List.of(line("early", i))));
                acknowledged.add(line("early", i));
            }
            assertThat(logs.journals().getFirst().records()).isEqualTo(20);
            var asked = Instant.now();
            assertThatThrownBy(() -> search(logs, null))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem())
                                    .isInstanceOfSatisfying(
                                            Problem.Unavailable.class,
                                            p -> assertThat(p.part()).isEqualTo("mongodb")));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(20));
        }
        // The service starts again, its store still away; then that comes.
        try (var context = service("10s")) {
            var logs = context.getBean(LogOperations.class);
            logs.append(new LogBatch(RUN, List.of(line("late", 0))));
            acknowledged.add(line("late", 0));
            assertThat(logs.journals().getFirst().records()).isEqualTo(21);
            var mongo = start();
            try {
                assertThat(readAll(logs)).containsExactlyInAnyOrderElementsOf(acknowledged);
                assertThat(logs.journals().getFirst().records()).isZero();
            } finally {
                mongo.destroyForcibly().waitFor();
            }
        }
    }

    private List<LogLine> writeUntil(Instant end, LogOperations logs, String writer) {
        var acknowledged = new ArrayList<LogLine>();
        for (int sequence = 0; Instant.now().isBefore(end) || sequence < LEAST_LINES; sequence += 5) {
            var lines = new ArrayList<LogLine>();
            for (int i = 0; i < 5; i++) {
                lines.add(line(writer, sequence + i));
            }
            logs.append(new LogBatch(RUN, lines)); // Throws nothing while the store is away: that is the point.
            acknowledged.addAll(lines);
        }
        return acknowledged;
    }

    /** Every page, asked for again while the store is away. */
    private static List<LogLine> readAll(LogOperations logs) {
        var limit = Instant.now().plusSeconds(120);
        while (true) {
            try {
                var found = new ArrayList<LogLine>();
                String cursor = null;
                do {
                    var page = search(logs, cursor);
                    found.addAll(page.ofOneRun());
                    cursor = page.nextCursor();
                } while (cursor != null);
                return found;
            } catch (ProblemException e) {
                assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
                assertThat(Instant.now()).isBefore(limit);
            }
        }
    }

    /** Says what is missing or twice, and no more: there are thousands of lines. */
    private static void assertAllThereOnce(List<LogLine> found, List<LogLine> acknowledged) {
        var missing = new HashSet<>(acknowledged);
        found.forEach(missing::remove);
        assertThat(missing.stream()
                        .sorted(Comparator.comparing(LogLine::timeNanos))
                        .limit(5))
                .as("some of the %d lines that are missing of %d", missing.size(), acknowledged.size())
                .isEmpty();
        assertThat(found.size()).as("lines found").isEqualTo(acknowledged.size());
    }

    private static LogPage search(LogOperations logs, @Nullable String cursor) {
        return logs.search(LogQuery.ofRun(RUN, 10_000).after(cursor));
    }

    private static LogLine line(String writer, long sequence) {
        return new LogLine(writer, "stdout", sequence, sequence, LogLevel.INFO, "line " + sequence, null, null);
    }

    private ApplicationContext service(String lag) {
        return service(url(), lag);
    }

    private ApplicationContext service(String url, String lag) {
        return ApplicationContext.run(Map.of(
                "fourfold.mongo.url",
                url,
                "fourfold.mongo.durability-lag",
                lag,
                "fourfold.logs.journal-folder",
                folder.resolve("journal").toString()));
    }

    private Process start() throws Exception {
        return ForgetfulMongo.start(folder.resolve("mongo.mv"), port);
    }

    private String url() {
        return "mongodb://127.0.0.1:" + port;
    }
}
