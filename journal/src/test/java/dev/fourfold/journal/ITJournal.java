package dev.fourfold.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITJournal {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path temp;

    private JournalSettings settings;

    @BeforeEach
    void freshFolder() {
        settings = JournalSettings.of("test", temp.resolve("deep/journal"))
                .withBackoff(Duration.ofMillis(5), Duration.ofMillis(50));
    }

    @Test
    void sequences_growByOneAcrossRestarts() {
        try (var journal = Journal.open(settings)) {
            assertThat(journal.append("run", bytes("a")).sequence()).isEqualTo(1);
            assertThat(journal.append("run", ByteBuffer.wrap(bytes("xby"), 1, 1))
                            .sequence())
                    .isEqualTo(2);
        }
        try (var journal = Journal.open(settings)) {
            assertThat(journal.append("run", bytes("c")).sequence()).isEqualTo(3);
            assertThat(journal.depthRecords()).isEqualTo(3);
        }
    }

    @Test
    void sequences_areNotReusedAfterEverythingWasTrimmed() throws InterruptedException {
        try (var journal = Journal.open(settings)) {
            journal.drainTo(new RecordingDrain());
            journal.append("run", bytes("a"));
            journal.append("run", bytes("b"));
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
            Eventually.becomes("nothing is held", () -> journal.heldBytes() == 0);
        }
        var drain = new RecordingDrain();
        try (var journal = Journal.open(settings)) {
            journal.drainTo(drain);
            assertThat(journal.append("run", bytes("c")).sequence()).isEqualTo(3);
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
        }
        assertThat(drain.sequences()).containsExactly(3L);
    }

    @Test
    void records_comeBackAsTheyWere() throws InterruptedException {
        var drain = new RecordingDrain();
        var big = new byte[3 << 20];
        big[big.length - 1] = 7;
        try (var journal = Journal.open(settings)) {
            journal.append("ключ", bytes("payload"));
            journal.append("k".repeat(256), new byte[0]);
            journal.append("big", big);
        }
        try (var journal = Journal.open(settings)) {
            journal.drainTo(drain);
            assertThat(journal.awaitApplied("big", LONG)).isTrue();
        }
        assertThat(drain.applied()).extracting(Entry::key).containsExactly("ключ", "k".repeat(256), "big");
        assertThat(drain.applied()).extracting(Entry::payload).containsExactly(bytes("payload"), new byte[0], big);
    }

    @Test
    void follower_isToldOfEachRecordOnceInOrderAndMayFail() throws Exception {
        var told = new CopyOnWriteArrayList<Entry>();
        try (var journal = Journal.open(settings)) {
            journal.append("before", bytes("not told"));
            journal.follow(entries -> {
                told.addAll(entries);
                entries.forEach(entry -> assertThat(entry.sequence()).isLessThanOrEqualTo(journal.lastSequence()));
                throw new IllegalStateException("a follower that fails");
            });
            assertThatThrownBy(() -> journal.follow(_ -> {})).isInstanceOf(IllegalStateException.class);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 500; i++) {
                    var key = "run-" + i % 7;
                    threads.submit(() -> journal.append(key, bytes(key)));
                }
            }
            Eventually.becomes("all were told", () -> told.size() == 500);
        }
        assertThat(told)
                .extracting(Entry::sequence)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(2, 501).boxed().toList());
        assertThat(told).allMatch(entry -> entry.key().equals(new String(entry.payload(), StandardCharsets.UTF_8)));
    }

    @Test
    void appenders_keepTheirOrderPerKeyAndShareNothingElse() throws Exception {
        var drain = new RecordingDrain();
        var writers = 32;
        var each = 200;
        try (var journal = Journal.open(settings);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            journal.drainTo(drain);
            var futures = new ArrayList<Future<List<Long>>>();
            for (int w = 0; w < writers; w++) {
                var key = "run-" + w;
                futures.add(threads.submit(() -> IntStream.range(0, each)
                        .mapToObj(i -> journal.append(key, bytes(key + "/" + i)).sequence())
                        .toList()));
            }
            var all = new ArrayList<Long>();
            for (var future : futures) {
                assertThat(future.get()).isSorted();
                all.addAll(future.get());
            }
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, (long) writers * each)
                            .boxed()
                            .toList());
            for (int w = 0; w < writers; w++) {
                assertThat(journal.awaitApplied("run-" + w, LONG)).isTrue();
            }
        }
        assertThat(drain.sequences()).isSorted().doesNotHaveDuplicates().hasSize(writers * each);
        var seen = new HashMap<String, Integer>();
        for (var entry : drain.applied()) {
            var index = seen.merge(entry.key(), 1, Integer::sum) - 1;
            assertThat(new String(entry.payload(), StandardCharsets.UTF_8)).isEqualTo(entry.key() + "/" + index);
        }
    }

    @Test
    void drain_thatFailsForAWhile_loosesNothingAndRepeatsInOrder() throws InterruptedException {
        var drain = new RecordingDrain();
        drain.refuse(new StoreUnavailableException("away"));
        try (var journal = Journal.open(settings)) {
            journal.drainTo(drain);
            for (int i = 0; i < 50; i++) {
                journal.append("run", bytes("" + i));
            }
            Eventually.becomes("three tries", () -> drain.calls() > 3);
            assertThat(journal.depthRecords()).isEqualTo(50);
            assertThat(journal.depthBytes()).isPositive();
            assertThat(journal.oldestAge()).isPositive();
            assertThat(journal.awaitApplied("run", Duration.ofMillis(20))).isFalse();
            assertThat(journal.awaitApplied("other", Duration.ZERO)).isTrue();
            drain.refuse(new IllegalStateException("a bug"));
            var calls = drain.calls();
            Eventually.becomes("more tries", () -> drain.calls() > calls + 2);
            drain.refuse(null);
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
            assertThat(journal.depthRecords()).isZero();
            assertThat(journal.depthBytes()).isZero();
            assertThat(journal.oldestAge()).isZero();
            assertThat(journal.appendedTotal()).isEqualTo(50);
            assertThat(journal.appliedTotal()).isEqualTo(50);
        }
        assertThat(drain.sequences())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 50).boxed().toList());
    }

    @Test
    void wake_endsThePause() throws InterruptedException {
        var drain = new RecordingDrain();
        drain.refuse(new StoreUnavailableException("away"));
        try (var journal = Journal.open(settings.withBackoff(Duration.ofHours(1), Duration.ofHours(1)))) {
            journal.drainTo(drain);
            journal.append("run", bytes("a"));
            Eventually.becomes("a try", () -> drain.calls() == 1);
            drain.refuse(null);
            Eventually.becomes("applied", () -> {
                journal.wake();
                return journal.depthRecords() == 0;
            });
        }
    }

    @Test
    void records_thatComeSoonAfterABatch_shareTheNextUnlessSomebodyWaits() throws InterruptedException {
        var drain = new RecordingDrain();
        try (var journal = Journal.open(settings.withGather(Duration.ofHours(1)))) {
            journal.drainTo(drain);
            journal.append("first", bytes("a"));
            Eventually.becomes("what comes after a long time goes at once", () -> drain.calls() == 1);
            journal.append("one", bytes("b"));
            journal.append("other", bytes("c"));
            assertThat(journal.awaitApplied("one", LONG)).isTrue();
            assertThat(drain.sequences()).containsExactly(1L, 2L, 3L);
            assertThat(drain.calls()).isEqualTo(2);
        }
    }

    @Test
    void aWholeBatch_doesNotWaitForCompany() throws InterruptedException {
        var drain = new RecordingDrain();
        try (var journal = Journal.open(settings.withGather(Duration.ofHours(1)).withBatch(2, 1 << 20))) {
            journal.drainTo(drain);
            journal.append("first", bytes("a"));
            Eventually.becomes("the first is applied", () -> drain.calls() == 1);
            journal.append("run", bytes("b"));
            journal.append("run", bytes("c"));
            Eventually.becomes("a whole batch is applied", () -> journal.depthRecords() == 0);
            assertThat(drain.calls()).isEqualTo(2);
        }
    }

    @Test
    void records_stayUntilTheStoreHasThemForGood() throws InterruptedException {
        var first = new RecordingDrain();
        try (var journal = Journal.open(settings.withDurabilityLag(Duration.ofHours(1)))) {
            journal.drainTo(first);
            journal.append("run", bytes("a"));
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
            assertThat(journal.depthBytes()).isZero();
            assertThat(journal.heldBytes()).isPositive();
        }
        var second = new RecordingDrain();
        try (var journal = Journal.open(settings.withDurabilityLag(Duration.ofMillis(50)))) {
            assertThat(journal.awaitApplied("run", Duration.ofMillis(1))).isFalse();
            journal.drainTo(second);
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
            Eventually.becomes("trimmed", () -> journal.heldBytes() == 0);
        }
        assertThat(first.sequences()).containsExactly(1L);
        assertThat(second.sequences()).containsExactly(1L);
    }

    @Test
    void rewind_appliesAgainWhatIsNotTrimmedAndReadersWaitForIt() throws InterruptedException {
        var drain = new RecordingDrain();
        try (var journal = Journal.open(settings.withDurabilityLag(Duration.ofHours(1)))) {
            journal.drainTo(drain);
            journal.append("run", bytes("a"));
            journal.append("run", bytes("b"));
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
            var gate = drain.gate();
            journal.rewind();
            assertThat(journal.awaitApplied("run", Duration.ofMillis(20))).isFalse();
            assertThat(journal.depthRecords()).isEqualTo(2);
            assertThat(journal.depthBytes()).isEqualTo(journal.heldBytes());
            gate.release(100);
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
        }
        assertThat(drain.sequences()).endsWith(1L, 2L).hasSize(4);
    }

    @Test
    void rewind_duringABatch_discardsItsOutcome() throws InterruptedException {
        var drain = new RecordingDrain();
        try (var journal = Journal.open(settings)) {
            var gate = drain.gate();
            journal.drainTo(drain);
            journal.append("run", bytes("a"));
            Eventually.becomes("the batch is under way", () -> drain.calls() == 1);
            journal.rewind();
            gate.release();
            Eventually.becomes("the batch comes again", () -> drain.calls() == 2);
            assertThat(journal.awaitApplied("run", Duration.ofMillis(20))).isFalse();
            gate.release();
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
        }
        assertThat(drain.sequences()).containsExactly(1L, 1L);
    }

    @Test
    void aLostConnection_rewindsByItselfWhereTheStoreIsLate() throws InterruptedException {
        var drain = new RecordingDrain();
        try (var journal = Journal.open(settings.withDurabilityLag(Duration.ofHours(1)))) {
            journal.drainTo(drain);
            journal.append("run", bytes("a"));
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
            drain.refuse(new StoreUnavailableException("killed"));
            journal.append("run", bytes("b"));
            Eventually.becomes("refused", () -> journal.depthRecords() == 2);
            drain.refuse(null);
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
        }
        assertThat(drain.sequences()).containsExactly(1L, 1L, 2L);
    }

    @Test
    void aFullJournal_refusesAndTakesAgainAfterDraining() throws InterruptedException {
        var drain = new RecordingDrain();
        drain.refuse(new StoreUnavailableException("away"));
        try (var journal = Journal.open(settings.withMaxBytes(10_000))) {
            journal.drainTo(drain);
            var taken = new int[1];
            assertThatThrownBy(() -> {
                        while (true) {
                            journal.append("run", new byte[1_000]);
                            taken[0]++;
                        }
                    })
                    .isInstanceOf(JournalException.Full.class)
                    .hasMessageContaining("of 10000 bytes");
            assertThat(taken[0]).isEqualTo(9);
            drain.refuse(null);
            assertThat(journal.awaitApplied("run", LONG)).isTrue();
            Eventually.becomes("trimmed", () -> journal.heldBytes() == 0);
            assertThat(journal.append("run", new byte[1_000]).sequence()).isEqualTo(10);
        }
    }

    @Test
    void largeBacklogs_comeInBoundedBatches() throws InterruptedException {
        var sizes = new ArrayList<Integer>();
        try (var journal = Journal.open(settings.withBatch(10, 1_000))) {
            for (int i = 0; i < 25; i++) {
                journal.append("small", new byte[1]);
            }
            journal.append("large", new byte[5_000]);
            journal.append("large", new byte[5_000]);
            journal.drainTo(batch -> sizes.add(batch.size()));
            Eventually.becomes("all is applied", () -> journal.depthRecords() == 0);
        }
        assertThat(sizes).containsExactly(10, 10, 5, 1, 1);
    }

    @Test
    void anAwaitedKey_overtakesABacklogOfOthersAndIsNotAppliedTwice() throws InterruptedException {
        var drain = new RecordingDrain();
        var gate = drain.gate();
        try (var journal = Journal.open(settings.withBatch(10, 1 << 20))) {
            for (int i = 0; i < 500; i++) {
                journal.append("run-" + i % 50, bytes("" + i));
            }
            journal.drainTo(drain);
            var reader = new FutureTask<>(() -> journal.awaitApplied("run-49", LONG));
            Thread.startVirtualThread(reader);
            Eventually.becomes("the key is awaited", () -> journal.awaitedKeys() == 1);
            // The batch under way, the awaited one and at most one between.
            gate.release(3);
            Eventually.becomes("the reader goes on", reader::isDone);
            assertThat(reader.resultNow()).isTrue();
            assertThat(journal.depthRecords()).isGreaterThan(400);
            gate.release(1_000);
            for (int i = 0; i < 50; i++) {
                assertThat(journal.awaitApplied("run-" + i, LONG)).isTrue();
            }
        }
        assertThat(drain.sequences()).doesNotHaveDuplicates().hasSize(500);
        var lastOfKey = new HashMap<String, Long>();
        for (var entry : drain.applied()) {
            assertThat(entry.sequence()).isGreaterThan(lastOfKey.getOrDefault(entry.key(), 0L));
            lastOfKey.put(entry.key(), entry.sequence());
        }
    }

    @Test
    void aRewind_takesBackWhatWasAppliedBeforeItsTurn() throws InterruptedException {
        var drain = new RecordingDrain();
        var gate = drain.gate();
        try (var journal = Journal.open(settings.withBatch(10, 1 << 20))) {
            for (int i = 0; i < 500; i++) {
                journal.append("run-" + i % 50, bytes("" + i));
            }
            journal.drainTo(drain);
            var reader = new FutureTask<>(() -> journal.awaitApplied("run-49", LONG));
            Thread.startVirtualThread(reader);
            Eventually.becomes("the key is awaited", () -> journal.awaitedKeys() == 1);
            gate.release(3);
            Eventually.becomes("the reader goes on", reader::isDone);
            journal.rewind();
            assertThat(journal.awaitApplied("run-49", Duration.ofMillis(10))).isFalse();
            gate.release(1_000);
            assertThat(journal.awaitApplied("run-49", LONG)).isTrue();
        }
        assertThat(drain.sequences().stream().filter(sequence -> sequence == 50))
                .hasSize(2);
    }

    @Test
    void badCalls_areRefusedBeforeAnythingIsWritten() {
        try (var journal = Journal.open(settings.withMaxRecordBytes(10))) {
            assertThatThrownBy(() -> journal.append("", bytes("a"))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.append("k".repeat(257), bytes("a")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> journal.append("k", new byte[11])).isInstanceOf(IllegalArgumentException.class);
            assertThat(journal.lastSequence()).isZero();
        }
    }

    @Test
    void aClosedJournal_refuses() {
        var journal = Journal.open(settings);
        journal.close();
        journal.close();
        assertThatThrownBy(() -> journal.append("k", bytes("a")))
                .isInstanceOf(JournalException.Failed.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aFolder_isOwnedByOneJournalAndByItsUserAlone() throws Exception {
        try (var journal = Journal.open(settings)) {
            assertThatThrownBy(() -> Journal.open(settings))
                    .isInstanceOf(JournalException.Locked.class)
                    .hasMessageContaining("already open in this process");
            journal.append("k", bytes("still works"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(settings.folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void closing_waitsForTheBatchUnderWay() {
        var drain = new RecordingDrain();
        var gate = drain.gate();
        var journal = Journal.open(settings);
        journal.drainTo(drain);
        journal.append("run", bytes("a"));
        Eventually.becomes("the batch is under way", () -> drain.calls() == 1);
        var closer = Thread.startVirtualThread(journal::close);
        gate.release();
        Eventually.becomes("closed", () -> !closer.isAlive());
        try (var again = Journal.open(settings)) {
            assertThat(again.depthRecords()).isZero();
        }
    }

    @Test
    void closing_doesNotWaitForeverForAStoreThatHangs() {
        var drain = new RecordingDrain();
        drain.gate();
        var journal = Journal.open(settings.withLimits(LONG, Duration.ofMillis(50)));
        journal.drainTo(drain);
        journal.append("run", bytes("a"));
        Eventually.becomes("the batch is under way", () -> drain.calls() == 1);
        journal.close();
        try (var again = Journal.open(settings)) {
            assertThat(again.depthRecords()).isEqualTo(1);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
