package dev.fourfold.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITJournaledStore {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path temp;

    private final Texts texts = new Texts();
    private JournalSettings settings;

    @BeforeEach
    void freshFolder() {
        settings = JournalSettings.of("tests", temp.resolve("journal"))
                .withBackoff(Duration.ofMillis(5), Duration.ofMillis(50));
    }

    @Test
    void read_seesWhatWasTakenBefore() {
        try (var store = open(LONG)) {
            for (int i = 0; i < 50; i++) {
                String text = "text " + i;
                store.append("run", bytes(text));
                assertThat(store.read(List.of("run", "other"), texts::all)).endsWith(text);
            }
            assertThat(store.depthRecords()).isZero();
            assertThat(store.oldestAge()).isZero();
        }
    }

    @Test
    void storeThatIsAway_takesAndTellsReadersOfThisKeyAlone() {
        texts.away = true;
        try (var store = open(LONG)) {
            store.append("run", bytes("a"));
            assertUnavailable("texts", "is away", () -> store.read(List.of("run"), texts::all));
            assertThat(store.read(List.of("other"), () -> "nothing waits here")).isNotEmpty();
            assertUnavailable("texts", "does not answer", () -> store.read(List.of("other"), texts::all));
            assertThat(store.depthRecords()).isEqualTo(1);
            assertThat(store.depthBytes()).isPositive();
            Eventually.becomes("it has an age", () -> store.oldestAge().isPositive());
            texts.away = false;
            Eventually.becomes("it drains by itself", () -> store.depthRecords() == 0);
            assertThat(store.read(List.of("run"), texts::all)).containsExactly("a");
        }
    }

    @Test
    void slowStore_isNotWaitedForLongerThanTheLimit() {
        try (var store = JournaledStore.open(settings, Duration.ofMillis(300), () -> "texts")) {
            store.append("run", bytes("a")); // And nothing drains.
            assertUnavailable("texts", "still on its way", () -> store.read(List.of("run"), texts::all));
        }
    }

    @Test
    void rewindWhileTheStoreIsRead_readsAgain() {
        try (var store = open(LONG)) {
            store.append("run", bytes("a"));
            var reads = new ArrayList<List<String>>();
            var last = store.read(List.of("run"), () -> {
                if (reads.isEmpty()) {
                    store.rewind();
                }
                reads.add(texts.all());
                return texts.all();
            });
            assertThat(reads).hasSize(2);
            assertThat(last).contains("a");
        }
    }

    @Test
    void recordThatCannotBeRead_holdsUpNothing() {
        try (var store = open(LONG)) {
            store.append("run", bytes("a"));
            store.append("run", bytes("unreadable"));
            store.append("run", bytes("b"));
            assertThat(store.read(List.of("run"), texts::all)).containsExactly("a", "b");
        }
    }

    @Test
    void fullJournal_refusesForAWhileAndTakesAgainOnceDrained() {
        settings = settings.withMaxBytes(10_000);
        texts.away = true;
        try (var store = open(LONG)) {
            var taken = new ArrayList<String>();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            store.append("run", bytes("text " + i));
                            taken.add("text " + i);
                        }
                    })
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem())
                                    .isInstanceOfSatisfying(
                                            Problem.LimitExceeded.class,
                                            full -> assertThat(full.retryAfter())
                                                    .isPositive()));
            assertThat(taken).isNotEmpty();
            texts.away = false;
            Eventually.becomes("taken again", () -> isTaken(store, "last"));
            taken.add("last");
            assertThat(store.read(List.of("run"), texts::all)).containsExactlyElementsOf(taken);
        }
    }

    @Test
    void recordOverTheLimit_isTooLargeAndNothingIsTaken() {
        settings = settings.withMaxRecordBytes(100);
        try (var store = open(LONG)) {
            assertThatThrownBy(() -> store.append("run", new byte[101]))
                    .isInstanceOfSatisfying(
                            ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.TooLarge.class));
            store.append("run", bytes("x".repeat(100)));
            assertThat(store.read(List.of("run"), texts::all)).hasSize(1);
        }
    }

    @Test
    void closedJournal_isUnavailable() {
        var store = open(LONG);
        store.close();
        assertUnavailable("tests-svc", "cannot be written", () -> store.append("run", bytes("a")));
    }

    private JournaledStore open(Duration readLimit) {
        var store = JournaledStore.open(settings, readLimit, () -> "texts");
        store.drainTo(ITJournaledStore::text, texts::add);
        return store;
    }

    private static boolean isTaken(JournaledStore store, String text) {
        try {
            store.append("run", bytes(text));
            return true;
        } catch (ProblemException e) {
            assertThat(e.problem()).isInstanceOf(Problem.LimitExceeded.class);
            return false;
        }
    }

    private static void assertUnavailable(String part, String message, ThrowingCallable call) {
        assertThatThrownBy(call).hasMessageContaining(message).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class);
            assertThat(((Problem.Unavailable) e.problem()).part()).isEqualTo(part);
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        if (text.equals("unreadable")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    /** A store in memory that can be away. */
    private static final class Texts {

        private final List<String> texts = new ArrayList<>();
        private volatile boolean away;

        synchronized void add(List<String> batch) throws StoreUnavailableException {
            if (away) {
                throw new StoreUnavailableException("away");
            }
            texts.addAll(batch);
        }

        synchronized List<String> all() throws StoreUnavailableException {
            if (away) {
                throw new StoreUnavailableException("away");
            }
            return List.copyOf(texts);
        }
    }
}
