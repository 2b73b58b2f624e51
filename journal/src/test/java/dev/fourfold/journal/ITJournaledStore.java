package dev.fourfold.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
            assertThat(store.status().records()).isZero();
            assertThat(store.status().oldestAgeMillis()).isZero();
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
            assertThat(store.status().records()).isEqualTo(1);
            assertThat(store.status().bytes()).isPositive();
            Eventually.becomes("it has an age", () -> store.status().oldestAgeMillis() > 0);
            texts.away = false;
            Eventually.becomes("it drains by itself", () -> store.status().records() == 0);
            assertThat(store.read(List.of("run"), texts::all)).containsExactly("a");
        }
    }

    @Test
    void slowStore_isNotWaitedForLongerThanTheLimit() {
        try (var store = JournaledStore.open(settings, Instance.ONLY, Duration.ofMillis(300), () -> "texts")) {
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

    @Test
    void runOfAnotherInstance_isRefused() {
        var second = new Instance(2, 3);
        String own = runOf(second);
        String foreign = runOf(new Instance(3, 3));
        try (var store = open(second, LONG)) {
            store.append(own, bytes("a"));
            assertUnavailable("tests-svc", "belongs to instance 3/3", () -> store.append(foreign, bytes("b")));
            assertUnavailable(
                    "tests-svc", "belongs to instance 3/3", () -> store.read(List.of(own, foreign), texts::all));
            assertThat(store.read(List.of(own), texts::all)).containsExactly("a");
            assertThat(store.status().instance()).isEqualTo("2/3");
        }
    }

    @Test
    void folderWithRecordsOfAnotherInstance_isRefusedUntilItIsDrained() {
        texts.away = true;
        try (var store = open(Instance.ONLY, LONG)) {
            store.append("run", bytes("a"));
            Eventually.becomes("the store is known to be away", () -> isKnownToBeAway(store));
        }
        assertThatThrownBy(() -> open(new Instance(1, 2), LONG))
                .isInstanceOf(JournalException.Foreign.class)
                .hasMessageContaining("holds 1 records that instance 1/1 of tests-svc took, and this is 1/2")
                .hasMessageContaining("/api/v1/health");
        assertThat(JournalFolder.foreign(settings.folder(), Optional.of(new Instance(1, 2))))
                .contains(new JournalFolder.Held(Instance.ONLY, 1));
        assertThat(JournalFolder.foreign(settings.folder(), Optional.empty())).isPresent();
        assertThat(JournalFolder.foreign(settings.folder(), Optional.of(Instance.ONLY)))
                .isEmpty();

        texts.away = false;
        // Closing drains what it can.
        open(Instance.ONLY, LONG).close();
        assertThat(texts.texts).containsExactly("a");
        assertThat(JournalFolder.foreign(settings.folder(), Optional.empty())).isEmpty();
        open(new Instance(1, 2), LONG).close();
        open(new Instance(2, 2), LONG).close();
    }

    private static boolean isKnownToBeAway(JournaledStore store) {
        try {
            store.read(List.of("run"), () -> "read");
            return false;
        } catch (ProblemException e) {
            return e.problem().message().contains("is away");
        }
    }

    private static String runOf(Instance instance) {
        return IntStream.range(0, 100)
                .mapToObj(i -> "run " + i)
                .filter(instance::owns)
                .findFirst()
                .orElseThrow();
    }

    private JournaledStore open(Duration readLimit) {
        return open(Instance.ONLY, readLimit);
    }

    private JournaledStore open(Instance instance, Duration readLimit) {
        var store = JournaledStore.open(settings, instance, readLimit, () -> "texts");
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
