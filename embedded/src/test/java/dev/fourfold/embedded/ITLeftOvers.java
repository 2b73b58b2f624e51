package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITLeftOvers {

    @TempDir
    Path root;

    /** A JVM that has started all four stores, and the processes that serve them. */
    private record Holder(Process jvm, List<Long> stores) {

        static Holder start(Path root) throws IOException {
            var jvm = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            AllStores.class.getName(),
                            root.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var out = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
            for (var line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("pids ")) {
                    return new Holder(
                            jvm,
                            Stream.of(line.substring(5).split(" ", -1))
                                    .map(Long::valueOf)
                                    .toList());
                }
            }
            throw new IOException("the JVM ended without having started the stores");
        }
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void storesOfAKilledJvm_areStoppedAndStartedAgain() throws Exception {
        var holder = Holder.start(root);
        Kill.now(holder.jvm().pid());
        assertThat(holder.stores()).allMatch(ITLeftOvers::alive);

        try (var stores = AllStores.start(root)) {
            assertThat(holder.stores()).noneMatch(ITLeftOvers::alive);
            assertThat(stores.all()).allMatch(EmbeddedStore::running);
        }
    }

    @Test
    void storesOfAKilledJvm_areFoundWithoutTheirNotes() throws Exception {
        var holder = Holder.start(root);
        Kill.now(holder.jvm().pid());
        for (var folder : List.of("pg", "redis", "mongo", "influx")) {
            Files.delete(root.resolve(folder).resolve(".process"));
        }

        try (var _ = AllStores.start(root)) {
            assertThat(holder.stores()).noneMatch(ITLeftOvers::alive);
        }
    }

    @Test
    void storesOfALivingJvm_areLeftAlone_andItIsNamed() throws Exception {
        var holder = Holder.start(root);
        try {
            assertThatThrownBy(() -> RedisStore.start(root.resolve("redis"), 0))
                    .isInstanceOf(EmbeddedStoreException.class)
                    .hasMessageContaining("in use by process " + holder.jvm().pid());
            assertThat(holder.stores()).allMatch(ITLeftOvers::alive);
        } finally {
            Kill.now(holder.jvm().pid());
            AllStores.start(root).close();
        }
        assertThat(holder.stores()).noneMatch(ITLeftOvers::alive);
    }

    @Test
    void aProcessThatTheNoteDoesNotDescribe_isLeftAlone() throws Exception {
        // The note of a server long gone, whose id another program has now.
        var bystander = new ProcessBuilder("sleep", "600").start();
        try {
            var folder = Files.createDirectories(root.resolve("redis"));
            Files.writeString(folder.resolve(".process"), bystander.pid() + " 1000\n");
            RedisStore.start(folder, 0).close();
            var since = bystander.info().startInstant().orElseThrow().toEpochMilli();
            Files.writeString(folder.resolve(".process"), bystander.pid() + " " + since + "\n");
            RedisStore.start(folder, 0).close();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void allFour_startBesideEachOther_andEndWhenClosed() throws Exception {
        List<Long> ids = new ArrayList<>();
        try (var stores = AllStores.start(root.resolve("fresh"))) {
            stores.all().forEach(store -> ids.add(store.pid().orElseThrow()));
            assertThat(ids).hasSize(4).allMatch(ITLeftOvers::alive);
        }
        assertThat(ids).noneMatch(ITLeftOvers::alive);
    }
}
