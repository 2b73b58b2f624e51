package dev.fourfold.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Any sequence of calls against the simplest model: a list of what was appended and a number of what was applied. */
class JournalModelTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int KEYS = 4;

    sealed interface Step {}

    record Append(int key, int size) implements Step {}

    /** Lets the store work until all is applied. */
    record Drain() implements Step {}

    record Rewind() implements Step {}

    record Reopen() implements Step {}

    @Provide
    Arbitrary<List<Step>> steps() {
        var append = Arbitraries.integers()
                .between(0, KEYS - 1)
                .flatMap(key -> Arbitraries.integers().between(0, 6_000).map(size -> (Step) new Append(key, size)));
        return Arbitraries.frequencyOf(
                        Tuple.of(8, append),
                        Tuple.of(2, Arbitraries.just((Step) new Drain())),
                        Tuple.of(1, Arbitraries.just((Step) new Rewind())),
                        Tuple.of(1, Arbitraries.just((Step) new Reopen())))
                .list()
                .ofMaxSize(40);
    }

    @Property(tries = 60)
    void aJournal_doesWhatTheModelDoes(@ForAll("steps") List<Step> steps, @ForAll boolean late) throws Exception {
        var folder = Files.createTempDirectory("journal-model");
        // Either nothing is ever deleted, or everything applied may be.
        var settings = JournalSettings.of("model", folder)
                .withBatch(3, 4_000)
                .withBackoff(Duration.ofMillis(1), Duration.ofMillis(2))
                .withDurabilityLag(late ? Duration.ofHours(1) : Duration.ZERO);
        var store = new RecordingDrain();
        var away = new StoreUnavailableException("away");
        store.refuse(away);
        var journal = Journal.open(settings);
        journal.drainTo(store);
        var appended = new ArrayList<Append>();
        var applied = 0;
        try {
            for (var step : steps) {
                switch (step) {
                    case Append append -> {
                        var sequence = journal.append("run-" + append.key, payload(append))
                                .sequence();
                        appended.add(append);
                        assertThat(sequence).isEqualTo(appended.size());
                    }
                    case Drain _ -> {
                        drainAll(journal, store, away);
                        applied = appended.size();
                    }
                    case Rewind _ -> {
                        journal.rewind();
                        applied = late ? 0 : Math.min(applied, (int) (appended.size() - journal.depthRecords()));
                    }
                    case Reopen _ -> {
                        journal.close();
                        journal = Journal.open(settings);
                        journal.drainTo(store);
                        applied = late ? 0 : applied;
                    }
                }
                assertThat(journal.lastSequence()).isEqualTo(appended.size());
                if (late) {
                    // A refused batch rewinds, so between two drains it may be all or what the model says.
                    assertThat(journal.depthRecords())
                            .isBetween((long) appended.size() - applied, (long) appended.size());
                    assertThat(journal.heldBytes()).isEqualTo(weight(appended));
                } else {
                    assertThat(journal.depthRecords()).isEqualTo(appended.size() - applied);
                    assertThat(journal.depthBytes()).isEqualTo(weight(appended.subList(applied, appended.size())));
                }
                for (int key = 0; key < KEYS; key++) {
                    var wanted = key;
                    var waiting = appended.subList(applied, appended.size()).stream()
                            .anyMatch(append -> append.key == wanted);
                    if (waiting || !late) {
                        assertThat(journal.awaitApplied("run-" + key, Duration.ZERO))
                                .isEqualTo(!waiting);
                    }
                }
            }
            drainAll(journal, store, away);
            assertApplied(store.applied(), appended);
        } finally {
            journal.close();
            delete(folder);
        }
    }

    private static void drainAll(Journal journal, RecordingDrain store, Exception away) throws InterruptedException {
        store.refuse(null);
        for (int key = 0; key < KEYS; key++) {
            assertThat(journal.awaitApplied("run-" + key, LONG)).isTrue();
        }
        // What was awaited may have overtaken the rest.
        Eventually.becomes("all is applied", () -> journal.depthRecords() == 0);
        store.refuse(away);
        assertThat(journal.depthBytes()).isZero();
    }

    /** Every record at least once, as it was; never one whose forerunner of the same key had not been applied. */
    private static void assertApplied(List<Entry> applied, List<Append> appended) {
        var seen = new HashSet<Long>();
        for (var entry : applied) {
            for (long before = 1; before < entry.sequence(); before++) {
                assertThat(seen.contains(before) || !entry.key().equals("run-" + appended.get((int) before - 1).key))
                        .as("%d before %d", before, entry.sequence())
                        .isTrue();
            }
            seen.add(entry.sequence());
            var wanted = appended.get((int) entry.sequence() - 1);
            assertThat(entry.key()).isEqualTo("run-" + wanted.key);
            assertThat(entry.payload()).isEqualTo(payload(wanted));
        }
        assertThat(applied.stream().map(Entry::sequence).distinct().sorted().toList())
                .isEqualTo(LongStream.rangeClosed(1, appended.size()).boxed().toList());
    }

    private static byte[] payload(Append append) {
        return ("" + append.key).repeat(append.size).getBytes(StandardCharsets.UTF_8);
    }

    private static long weight(List<Append> appended) {
        return appended.stream()
                .mapToLong(append -> RecordLog.weight("run-" + append.key, append.size))
                .sum();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
