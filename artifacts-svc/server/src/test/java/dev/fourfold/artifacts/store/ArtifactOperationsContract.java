package dev.fourfold.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.artifacts.TransferOffer;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.artifacts.UploadedPart;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the artifact operations do for their caller, in process and across HTTP alike. */
public abstract class ArtifactOperationsContract {

    private static final UploadedPart PART = new UploadedPart(1, "0123456789abcdef0123456789abcdef");

    private final ArtifactPath home = ArtifactPath.of("operations/" + UUID.randomUUID());

    protected abstract ArtifactOperations artifacts();

    protected abstract TransferOperations transfers();

    protected abstract StoreOperations store();

    /** What the store calls itself. */
    protected abstract String engine();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 100_000, 12_000_000})
    void put_ofAnySize_comesBack(int size) throws IOException {
        byte[] bytes = random(size);
        artifacts().put(at("known"), new ByteArrayInputStream(bytes), size);
        artifacts().put(at("unknown"), new ByteArrayInputStream(bytes), -1);

        for (String name : new String[] {"known", "unknown"}) {
            try (var content = artifacts().get(at(name))) {
                assertThat(content.size()).isEqualTo(size);
                assertThat(content.stream().readAllBytes()).isEqualTo(bytes);
            }
        }
        assertThat(artifacts().list(home))
                .containsExactly(new ArtifactEntry("known", false, size), new ArtifactEntry("unknown", false, size));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b+c&d=e.txt", "100%.txt", "a%2Fb", "50%de", "Ü/日本😀", "a;b=c", "$(x)'\"<>|*", "..."})
    void oddName_comesBackAsItIs(String name) throws IOException {
        var path = at(name);
        artifacts().put(path, new ByteArrayInputStream(new byte[] {7}), 1);

        try (var content = artifacts().get(path)) {
            assertThat(content.stream().readAllBytes()).containsExactly(7);
        }
        artifacts().delete(path);
        assertThat(artifacts().list(home)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 2_000_000})
    void put_streamFails_isRefusedAndLeavesNothing(long size) {
        var broken = new SequenceInputStream(new ByteArrayInputStream(random(1_000_000)), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client hung up");
            }
        });

        assertProblem(Problem.InvalidArgument.class, () -> artifacts().put(at("a"), broken, size));

        assertThat(artifacts().list(home)).isEmpty();
    }

    @Test
    void put_endsEarly_isRefusedAndLeavesNothing() {
        var stream = new ByteArrayInputStream(random(1_000_000));

        assertProblem(Problem.InvalidArgument.class, () -> artifacts().put(at("a"), stream, 1_000_001));

        assertThat(artifacts().list(home)).isEmpty();
    }

    @Test
    void put_longerThanSaid_isRefusedAndLeavesNothing() {
        var stream = new ByteArrayInputStream(random(1_000_000));

        assertProblem(Problem.InvalidArgument.class, () -> artifacts().put(at("a"), stream, 999_999));
        assertProblem(
                Problem.InvalidArgument.class, () -> artifacts().put(at("a"), new ByteArrayInputStream(random(5)), 0));

        assertThat(artifacts().list(home)).isEmpty();
    }

    @Test
    void put_whereADirectoryIs_isRefusedBeforeOrAfterTheBody() {
        artifacts().put(at("d/a"), new ByteArrayInputStream(random(3)), 3);

        assertProblem(
                Problem.InvalidArgument.class,
                () -> artifacts().put(at("d"), new ByteArrayInputStream(random(5_000_000)), 5_000_000));
        assertProblem(
                Problem.InvalidArgument.class,
                () -> artifacts().put(ArtifactPath.ROOT, new ByteArrayInputStream(random(5_000_000)), -1));
    }

    @Test
    void get_absentOrDirectory() {
        artifacts().put(at("d/a"), new ByteArrayInputStream(random(3)), 3);

        assertProblem(Problem.NotFound.class, () -> artifacts().get(at("nothing")));
        assertProblem(Problem.InvalidArgument.class, () -> artifacts().get(at("d")));
        assertProblem(Problem.InvalidArgument.class, () -> artifacts().get(ArtifactPath.ROOT));
    }

    @Test
    void get_notReadToItsEnd_hurtsNobody() throws IOException {
        artifacts().put(at("a"), new ByteArrayInputStream(random(5_000_000)), 5_000_000);

        for (int i = 0; i < 20; i++) {
            try (var content = artifacts().get(at("a"))) {
                assertThat(content.stream().readNBytes(10)).hasSize(10);
            }
        }
        assertThat(artifacts().list(home)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 0, 10",
        "bytes=2999990-, 2999990, 10",
        "bytes=-1, 2999999, 1",
        "bytes=1000000-1999999, 1000000, 1000000",
        "bytes=3000000-, 3000000, 0",
    })
    void get_part_givesThoseBytes(String header, int first, int length) throws IOException {
        byte[] bytes = random(3_000_000);
        artifacts().put(at("a"), new ByteArrayInputStream(bytes), bytes.length);

        try (var content = artifacts().get(at("a"), ByteRange.parse(header).orElseThrow())) {
            assertThat(content.first()).isEqualTo(first);
            assertThat(content.length()).isEqualTo(length);
            assertThat(content.size()).isEqualTo(bytes.length);
            assertThat(content.tag()).isNotEmpty();
            assertThat(content.stream().readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, first, first + length));
        }
    }

    @Test
    void delete_fileDirectoryOrNothing() {
        artifacts().put(at("d/e/a"), new ByteArrayInputStream(random(3)), 3);
        artifacts().put(at("d/b"), new ByteArrayInputStream(random(3)), 3);

        artifacts().delete(at("d/b"));
        assertThat(artifacts().list(at("d"))).containsExactly(new ArtifactEntry("e", true, 0));
        artifacts().delete(at("d"));
        assertThat(artifacts().list(home)).isEmpty();
        assertProblem(Problem.NotFound.class, () -> artifacts().delete(at("d")));
        assertProblem(Problem.InvalidArgument.class, () -> artifacts().delete(ArtifactPath.ROOT));
    }

    @Test
    void status_isAvailable() {
        assertThat(store().status().available()).isTrue();
        assertThat(store().status().engine()).isEqualTo(engine());
    }

    /** Every way to the store itself is refused, and nothing comes of it. */
    protected final void assertNoTransfers() {
        assertThat(transfers().offer()).isEqualTo(TransferOffer.NONE);
        var limit = Duration.ofMinutes(1);
        assertProblem(Problem.Unsupported.class, () -> transfers().begin(at("a"), 1));
        assertProblem(Problem.Unsupported.class, () -> transfers().complete(at("a"), "id", List.of(PART)));
        assertProblem(Problem.Unsupported.class, () -> transfers().abort(at("a"), "id"));
        assertProblem(Problem.Unsupported.class, () -> transfers().signUpload(at("a"), "text/plain", limit));
        assertProblem(Problem.Unsupported.class, () -> transfers().signDownload(at("a"), "attachment", limit));
        assertThat(artifacts().list(home)).isEmpty();
    }

    @Test
    void transfers_thatCannotBe_areRefused() {
        var limit = Duration.ofMinutes(1);
        for (int parts : new int[] {0, -1, 10_001}) {
            assertProblem(Problem.InvalidArgument.class, () -> transfers().begin(at("a"), parts));
        }
        for (String id : new String[] {"", " ", "i".repeat(1025)}) {
            assertProblem(Problem.InvalidArgument.class, () -> transfers().abort(at("a"), id));
            assertProblem(Problem.InvalidArgument.class, () -> transfers().complete(at("a"), id, List.of(PART)));
        }
        for (var parts : List.of(
                List.<UploadedPart>of(),
                List.of(new UploadedPart(0, "tag")),
                List.of(new UploadedPart(10_001, "tag")),
                List.of(new UploadedPart(1, "")),
                List.of(PART, PART))) {
            assertProblem(Problem.InvalidArgument.class, () -> transfers().complete(at("a"), "id", parts));
        }
        for (var duration : List.of(Duration.ZERO, Duration.ofDays(7).plusSeconds(1))) {
            assertProblem(Problem.InvalidArgument.class, () -> transfers().signUpload(at("a"), "a/b", duration));
            assertProblem(Problem.InvalidArgument.class, () -> transfers().signDownload(at("a"), "inline", duration));
        }
        assertProblem(Problem.InvalidArgument.class, () -> transfers().begin(ArtifactPath.ROOT, 1));
        assertProblem(Problem.InvalidArgument.class, () -> transfers().signUpload(ArtifactPath.ROOT, "a/b", limit));
    }

    private ArtifactPath at(String below) {
        return home.resolve(below);
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    protected static void assertProblem(Class<? extends Problem> expected, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(expected));
    }
}
