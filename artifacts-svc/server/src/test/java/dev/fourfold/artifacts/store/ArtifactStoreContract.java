package dev.fourfold.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ArtifactStore} must do; an adapter's test only says how to get at its store. */
public abstract class ArtifactStoreContract {

    /** Object stores list and delete a thousand at a time. */
    private static final int MORE_THAN_A_PAGE = 1_203;

    /** Every test works below a directory of its own. */
    private final ArtifactPath home = ArtifactPath.of("contract/" + UUID.randomUUID());

    /** The store under test; the same one for all tests is fine. */
    protected abstract ArtifactStore store();

    /** Whether clients can reach the store themselves. */
    protected abstract boolean offersTransfers();

    @Test
    void get_whatWasPut() throws IOException {
        put("model/MLmodel", "flavors: {}");

        assertThat(text("model/MLmodel")).isEqualTo("flavors: {}");
    }

    @Test
    void put_again_replaces() throws IOException {
        put("a.txt", "a long first version");
        put("a.txt", "second");

        assertThat(text("a.txt")).isEqualTo("second");
        assertThat(list("")).containsExactly(new ArtifactEntry("a.txt", false, 6));
    }

    @Test
    void put_unknownSize_takesAll() throws IOException {
        store().put(at("a.txt"), stream("of any length"), -1);

        assertThat(text("a.txt")).isEqualTo("of any length");
    }

    @Test
    void put_empty_isAFile() throws IOException {
        put("empty", "");

        assertThat(text("empty")).isEmpty();
        assertThat(list("")).containsExactly(new ArtifactEntry("empty", false, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b.txt",
                "img+step+0.png",
                "100%.txt",
                "a%2Fb",
                "50%de",
                "Übergröße/日本語.txt",
                "😀",
                "a..b",
                "...",
                ".hidden",
                "a;b=c",
                "$(touch x)`y`'z'\"",
                "-rf",
                "*",
                "CON",
                "con"
            })
    void put_oddName_comesBackAsItIs(String name) throws IOException {
        put(name, name);

        assertThat(text(name)).isEqualTo(name);
        var path = at(name);
        assertThat(store().list(parentOf(path)))
                .containsExactly(new ArtifactEntry(path.name(), false, name.getBytes(StandardCharsets.UTF_8).length));
        assertThat(store().delete(path)).isTrue();
        assertThat(list("")).isEmpty();
    }

    @Test
    void put_endsEarly_leavesNothing() {
        assertProblem(Problem.InvalidArgument.class, () -> store().put(at("d/a.txt"), stream("short"), 6));

        assertAbsent("d/a.txt");
        assertThat(list("")).isEmpty();
    }

    @Test
    void put_longerThanSaid_leavesNothing() {
        assertProblem(Problem.InvalidArgument.class, () -> store().put(at("a.txt"), stream("longer"), 5));

        assertAbsent("a.txt");
    }

    @Test
    void put_streamFails_leavesTheOldBytes() throws IOException {
        put("a.txt", "old");
        var broken = new SequenceInputStream(stream("new"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client hung up");
            }
        });

        assertProblem(Problem.InvalidArgument.class, () -> store().put(at("a.txt"), broken, -1));

        assertThat(text("a.txt")).isEqualTo("old");
    }

    @Test
    void put_whereADirectoryIs_refused() throws IOException {
        put("d/a.txt", "a");

        assertProblem(Problem.InvalidArgument.class, () -> put("d", "file"));

        assertThat(text("d/a.txt")).isEqualTo("a");
    }

    @Test
    void put_belowAFile_refused() throws IOException {
        put("a.txt", "a");

        assertProblem(Problem.InvalidArgument.class, () -> put("a.txt/b", "b"));
        assertProblem(Problem.InvalidArgument.class, () -> put("a.txt/b/c", "c"));

        assertThat(text("a.txt")).isEqualTo("a");
    }

    @Test
    void get_absent_notFound() throws IOException {
        put("d/a.txt", "a");

        assertAbsent("b.txt");
        assertAbsent("d/b.txt");
        assertAbsent("d/a.txt/b");
        assertAbsent("x/y/z");
    }

    @Test
    void get_directory_refused() throws IOException {
        put("d/e/a.txt", "a");

        assertProblem(Problem.InvalidArgument.class, () -> store().get(at("d"), ByteRange.WHOLE));
        assertProblem(Problem.InvalidArgument.class, () -> store().get(at("d/e"), ByteRange.WHOLE));
    }

    @Test
    void get_replacedOrDeletedWhileRead_keepsItsBytes() throws IOException {
        var old = new byte[3_000_000];
        new Random(1).nextBytes(old);
        store().put(at("a.bin"), new ByteArrayInputStream(old), old.length);

        try (var first = store().get(at("a.bin"), ByteRange.WHOLE)) {
            int begin = first.stream().read();
            put("a.bin", "new");
            store().delete(at("a.bin"));

            assertThat(first.size()).isEqualTo(old.length);
            assertThat((byte) begin).isEqualTo(old[0]);
            assertThat(first.stream().readAllBytes()).isEqualTo(Arrays.copyOfRange(old, 1, old.length));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=2-5, 2, 2345",
        "bytes=7-, 7, 789",
        "bytes=9-9, 9, 9",
        "bytes=8-100, 8, 89",
        "bytes=0-, 0, 0123456789",
        "bytes=-3, 7, 789",
        "bytes=-100, 0, 0123456789",
    })
    void get_part_givesThoseBytes(String header, long first, String expected) throws IOException {
        put("digits", "0123456789");

        try (var content = store().get(at("digits"), ByteRange.parse(header).orElseThrow())) {
            assertThat(content.first()).isEqualTo(first);
            assertThat(content.length()).isEqualTo(expected.length());
            assertThat(content.size()).isEqualTo(10);
            assertThat(new String(content.stream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=999999999999-", "bytes=-0"})
    void get_partBehindTheEnd_isEmpty(String header) throws IOException {
        put("digits", "0123456789");

        try (var content = store().get(at("digits"), ByteRange.parse(header).orElseThrow())) {
            assertThat(content.length()).isZero();
            assertThat(content.size()).isEqualTo(10);
            assertThat(content.stream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void get_partOfNothing_isRefusedAsTheWhole() throws IOException {
        put("d/a", "a");
        var part = ByteRange.parse("bytes=0-0").orElseThrow();

        assertProblem(Problem.NotFound.class, () -> store().get(at("absent"), part));
        assertProblem(Problem.InvalidArgument.class, () -> store().get(at("d"), part));
    }

    @Test
    void tag_tellsOneContentFromAnother() throws IOException {
        put("a", "one");
        String first = tag("a");

        assertThat(tag("a")).isEqualTo(first).matches("[0-9a-zA-Z-]+");
        put("a", "two");
        assertThat(tag("a")).isNotEqualTo(first);
    }

    @Test
    void list_showsOneLevelByName() throws IOException {
        put("b.txt", "bb");
        put("a/x.txt", "x");
        put("a/y/z.txt", "z");
        put("c", "");

        assertThat(list(""))
                .containsExactly(
                        new ArtifactEntry("a", true, 0),
                        new ArtifactEntry("b.txt", false, 2),
                        new ArtifactEntry("c", false, 0));
        assertThat(list("a")).containsExactly(new ArtifactEntry("x.txt", false, 1), new ArtifactEntry("y", true, 0));
    }

    @Test
    void list_ofNothingOrAFile_isEmpty() throws IOException {
        put("a.txt", "a");

        assertThat(list("nothing")).isEmpty();
        assertThat(list("a.txt")).isEmpty();
        assertThat(list("a.txt/b")).isEmpty();
    }

    @Test
    void list_ofTheRoot_showsDirectories() throws IOException {
        put("a.txt", "a");

        assertThat(store().list(ArtifactPath.ROOT)).contains(new ArtifactEntry("contract", true, 0));
    }

    @Test
    void list_namesSharingAPrefix_keptApart() throws IOException {
        put("model/a", "1");
        put("model2/a", "2");
        put("model.txt", "3");

        assertThat(list("model")).containsExactly(new ArtifactEntry("a", false, 1));
        assertThat(store().delete(at("model"))).isTrue();
        assertThat(list("")).extracting(ArtifactEntry::name).containsExactly("model.txt", "model2");
    }

    @Test
    void delete_lastFile_takesItsDirectoryAlong() throws IOException {
        put("d/e/a.txt", "a");
        put("b.txt", "b");

        assertThat(store().delete(at("d/e/a.txt"))).isTrue();

        assertThat(list("")).containsExactly(new ArtifactEntry("b.txt", false, 1));
        assertThat(store().delete(at("d"))).isFalse();
        put("d", "now a file");
        assertThat(text("d")).isEqualTo("now a file");
    }

    @Test
    void delete_directory_takesAllBelow() throws IOException {
        put("d/a.txt", "a");
        put("d/e/f/b.txt", "b");
        put("c.txt", "c");

        assertThat(store().delete(at("d"))).isTrue();

        assertThat(list("")).containsExactly(new ArtifactEntry("c.txt", false, 1));
        assertAbsent("d/e/f/b.txt");
    }

    @Test
    void listAndDelete_ofMoreThanAPage_takeAll() throws Exception {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new java.util.ArrayList<Callable<Void>>();
            for (int writer = 0; writer < 8; writer++) {
                int from = writer;
                tasks.add(() -> {
                    for (int i = from; i < MORE_THAN_A_PAGE; i += 8) {
                        put("many/%04d".formatted(i), "x");
                    }
                    return null;
                });
            }
            for (var done : pool.invokeAll(tasks)) {
                done.get();
            }
        }
        assertThat(list("many"))
                .hasSize(MORE_THAN_A_PAGE)
                .extracting(ArtifactEntry::name)
                .isSorted()
                .doesNotHaveDuplicates();

        assertThat(store().delete(at("many"))).isTrue();

        assertThat(list("many")).isEmpty();
        assertThat(store().delete(at("many"))).isFalse();
    }

    @Test
    void delete_absent_false() {
        assertThat(store().delete(at("nothing"))).isFalse();
        assertThat(store().delete(at("no/such/thing"))).isFalse();
    }

    @Test
    void put_manyAtOnce_readersSeeWholeFilesOnly() throws Exception {
        var versions = List.of(bytes('a', 400_000), bytes('b', 300_001), bytes('c', 1));
        store().put(at("hot"), new ByteArrayInputStream(versions.getFirst()), -1);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Void> writing = () -> {
                for (int i = 0; i < 30; i++) {
                    byte[] version = versions.get(i % versions.size());
                    store().put(at("hot"), new ByteArrayInputStream(version), version.length);
                }
                return null;
            };
            Callable<Void> reading = () -> {
                for (int i = 0; i < 60; i++) {
                    try (var content = store().get(at("hot"), ByteRange.WHOLE)) {
                        byte[] read = content.stream().readAllBytes();
                        assertThat(read).hasSize((int) content.size());
                        assertThat(versions.stream().anyMatch(v -> Arrays.equals(v, read)))
                                .isTrue();
                    }
                }
                return null;
            };
            for (var done : pool.invokeAll(List.of(writing, writing, reading, reading))) {
                done.get();
            }
        }
    }

    @Test
    void putAndDelete_inOneDirectory_neverGetInEachOthersWay() throws Exception {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new java.util.ArrayList<Callable<Void>>();
            for (int writer = 0; writer < 4; writer++) {
                String name = "busy/deep/er/" + writer;
                tasks.add(() -> {
                    for (int i = 0; i < 40; i++) {
                        put(name, name);
                        assertThat(text(name)).isEqualTo(name);
                        assertThat(store().delete(at(name))).isTrue();
                    }
                    return null;
                });
            }
            for (var done : pool.invokeAll(tasks)) {
                done.get();
            }
        }
        assertThat(list("")).isEmpty();
    }

    @Test
    void transfers_areThereOrAreNot() {
        assertThat(store().transfers().isPresent()).isEqualTo(offersTransfers());
    }

    @Test
    void status_saysThatItIsThere() {
        assertThat(store().status().part()).isEqualTo("artifact-store");
        assertThat(store().status().available()).isTrue();
    }

    protected final ArtifactPath at(String below) {
        return home.resolve(below);
    }

    protected final void put(String below, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        store().put(at(below), new ByteArrayInputStream(bytes), bytes.length);
    }

    protected final String text(String below) throws IOException {
        try (var content = store().get(at(below), ByteRange.WHOLE)) {
            return new String(content.stream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String tag(String below) throws IOException {
        try (var content = store().get(at(below), ByteRange.WHOLE)) {
            return content.tag();
        }
    }

    protected final List<ArtifactEntry> list(String below) {
        return store().list(at(below));
    }

    protected final void assertAbsent(String below) {
        assertProblem(Problem.NotFound.class, () -> store().get(at(below), ByteRange.WHOLE));
    }

    protected static void assertProblem(Class<? extends Problem> expected, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(expected));
    }

    private static ArtifactPath parentOf(ArtifactPath path) {
        return ArtifactPath.of(path.value().substring(0, path.value().lastIndexOf('/')));
    }

    private static byte[] bytes(char of, int count) {
        var bytes = new byte[count];
        Arrays.fill(bytes, (byte) of);
        return bytes;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
