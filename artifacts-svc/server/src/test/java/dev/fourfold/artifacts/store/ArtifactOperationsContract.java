package dev.fourfold.artifacts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the artifact operations do for their caller, in process and across HTTP alike. */
public abstract class ArtifactOperationsContract {

    private final ArtifactPath home = ArtifactPath.of("operations/" + UUID.randomUUID());

    protected abstract ArtifactOperations artifacts();

    protected abstract StoreOperations store();

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
        assertThat(store().status().engine()).isEqualTo("directory");
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
