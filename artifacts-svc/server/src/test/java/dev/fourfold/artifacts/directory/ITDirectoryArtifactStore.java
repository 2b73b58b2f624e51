package dev.fourfold.artifacts.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.artifacts.store.ArtifactStore;
import dev.fourfold.artifacts.store.ArtifactStoreContract;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class ITDirectoryArtifactStore extends ArtifactStoreContract {

    @TempDir(cleanup = CleanupMode.ALWAYS)
    static Path shared;

    private static ArtifactStore store;

    @BeforeAll
    static void open() throws IOException {
        store = open(shared.resolve("artifacts"));
    }

    @AfterAll
    static void staging_isEmptyAfterAll() throws IOException {
        try (var left = Files.list(shared.resolve("artifacts/staging"))) {
            assertThat(left).isEmpty();
        }
    }

    @Override
    protected ArtifactStore store() {
        return store;
    }

    @Override
    protected boolean offersTransfers() {
        return false;
    }

    @Test
    void everything_isForItsOwnerAlone() throws IOException {
        put("d/a.txt", "a");

        Path root = shared.resolve("artifacts");
        try (var all = Files.walk(root)) {
            assertThat(all)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void symbolicLinks_leadNowhere() throws IOException {
        Path secret = Files.createDirectories(shared.resolve("outside"));
        Files.writeString(secret.resolve("passwd"), "canary");
        put("here/a.txt", "a");
        Path here = shared.resolve("artifacts/files").resolve(at("here").value());
        Files.createSymbolicLink(here.resolve("directory"), secret);
        Files.createSymbolicLink(here.resolve("file"), secret.resolve("passwd"));
        Files.createSymbolicLink(here.resolve("inside"), here.resolve("a.txt"));

        for (String path : new String[] {"here/file", "here/directory", "here/directory/passwd", "here/inside"}) {
            assertAbsent(path);
            assertThat(store().delete(at(path))).isFalse();
        }
        assertThat(list("here")).containsExactly(new ArtifactEntry("a.txt", false, 1));
        assertThat(list("here/directory")).isEmpty();
        assertProblem(Problem.InvalidArgument.class, () -> put("here/directory/new", "x"));
        assertProblem(Problem.InvalidArgument.class, () -> put("here/directory/new/er", "x"));
        put("here/file", "replaces the link, not what it leads to");
        assertThat(text("here/file")).startsWith("replaces");
        assertThat(store().delete(at("here"))).isTrue();

        assertThat(secret.resolve("passwd")).hasContent("canary");
        try (var outside = Files.list(secret)) {
            assertThat(outside).hasSize(1);
        }
    }

    @Test
    void anythingButAFile_isNotThere() throws Exception {
        put("here/a.txt", "a");
        Path here = shared.resolve("artifacts/files").resolve(at("here").value());
        var made = new ProcessBuilder("mkfifo", here.resolve("pipe").toString()).start();
        assertThat(made.waitFor()).isZero();

        assertAbsent("here/pipe");
        assertThat(list("here")).containsExactly(new ArtifactEntry("a.txt", false, 1));
    }

    @Test
    void emptyDirectories_areNotThere(@TempDir Path folder) throws IOException {
        var other = open(folder);
        Files.createDirectories(folder.resolve("files/a/b/c"));

        assertThat(other.list(ArtifactPath.ROOT)).isEmpty();
        assertThat(other.delete(ArtifactPath.of("a"))).isFalse();
        assertProblem(Problem.NotFound.class, () -> other.get(ArtifactPath.of("a/b"), ByteRange.WHOLE));
        other.put(ArtifactPath.of("a"), InputStream.nullInputStream(), 0);
        assertThat(other.list(ArtifactPath.ROOT)).containsExactly(new ArtifactEntry("a", false, 0));
    }

    @Test
    void open_again_keepsFilesAndSweepsWhatWasAbandoned(@TempDir Path folder) throws IOException {
        open(folder).put(ArtifactPath.of("a"), InputStream.nullInputStream(), 0);
        Path old = Files.writeString(folder.resolve("staging/old"), "half a file");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(90_000)));
        Path young = Files.writeString(folder.resolve("staging/young"), "perhaps another process writes it");

        var again = open(folder);

        assertThat(again.list(ArtifactPath.ROOT)).containsExactly(new ArtifactEntry("a", false, 0));
        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void put_fullDisk_unavailableAndNothingLeft() throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("only root can mount a file system of 1 MiB")
                .isEqualTo("root");
        Path mount = Files.createDirectory(shared.resolve("small"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()))
                .isZero();
        try {
            var small = open(mount.resolve("artifacts"));
            var path = ArtifactPath.of("d/a.bin");

            assertThatThrownBy(() -> small.put(path, endless(), 4_000_000))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOfSatisfying(Problem.Unavailable.class, p -> {
                                assertThat(p.part()).isEqualTo("artifact-store");
                                assertThat(p.message()).isEqualTo("The artifact store is full");
                            }));
            assertThat(small.list(ArtifactPath.ROOT)).isEmpty();
            small.put(path, InputStream.nullInputStream(), 0);
            assertThat(small.list(ArtifactPath.of("d"))).containsExactly(new ArtifactEntry("a.bin", false, 0));
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
    }

    @Test
    void put_deepPath_works() {
        String deep = ("d".repeat(200) + "/").repeat(9) + "a";

        put(deep, "fits");
        assertThat(list("")).hasSize(1);
    }

    @Test
    void status_saysWhere() {
        assertThat(store().status().engine()).isEqualTo("directory");
        assertThat(store().status().where())
                .isEqualTo(shared.resolve("artifacts").toString());
    }

    private static ArtifactStore open(Path folder) throws IOException {
        return new DirectoryArtifactStore(new DirectorySettings(folder));
    }

    private static InputStream endless() {
        return new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
