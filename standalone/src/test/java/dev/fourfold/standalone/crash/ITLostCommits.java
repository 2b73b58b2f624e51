package dev.fourfold.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.PostgresSettings;
import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.standalone.LaunchedPlatform;
import dev.fourfold.standalone.crash.Checker.Kind;
import dev.fourfold.standalone.crash.Checker.Violation;
import dev.fourfold.standalone.crash.Write.Form;
import dev.fourfold.standalone.crash.Write.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The negative control: where PostgreSQL acknowledges before it writes, the harness finds what a crash loses. */
final class ITLostCommits {

    private static final Map<String, String> CARELESS = Map.of(
            "synchronous_commit",
            "off",
            "wal_writer_delay",
            "10s",
            "wal_writer_flush_after",
            "256MB",
            "wal_buffers",
            "64MB");
    private static final int WRITERS = 8;
    private static final int MOST_ROUNDS = 6;
    private static final int ROUNDS_WITHOUT_LOSS = 2;
    private static final Duration STORM = Duration.ofSeconds(3);
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(200);

    @TempDir
    Path folder;

    @Test
    void withoutSynchronousCommit_acknowledgedWritesAreLost_andTheHarnessSaysSo() throws Exception {
        List<Violation> found = rounds(CARELESS, MOST_ROUNDS);
        System.out.println("[lost commits] found " + found.size() + ", the first: "
                + found.stream().limit(3).toList());
        assertThat(found).extracting(Violation::kind).containsAnyOf(Kind.LOST, Kind.WRONG_TAG);
    }

    @Test
    void withSynchronousCommit_theSameCrashesLoseNothing() throws Exception {
        assertThat(rounds(Map.of(), ROUNDS_WITHOUT_LOSS)).isEmpty();
    }

    /** Storms, each ended by the death of all of PostgreSQL's processes, until the checker finds something. */
    private List<Violation> rounds(Map<String, String> server, int most) throws Exception {
        Path pg = folder.resolve("postgresql");
        PostgresStore postgres = PostgresStore.start(pg, 0);
        try (var platform = LaunchedPlatform.up(
                        Map.of(
                                "FOURFOLD_POSTGRES_URL", postgres.url(),
                                "FOURFOLD_POSTGRES_USERNAME", postgres.user(),
                                "FOURFOLD_POSTGRES_PASSWORD", postgres.password()),
                        folder.resolve("data"),
                        "--port",
                        "0");
                var gateway = new Gateway(platform.url())) {
            String experiment = gateway.experiment("lost");
            String probe = gateway.run(experiment);
            List<List<String>> runs = new ArrayList<>();
            for (int round = 0; round < most; round++) {
                var ofRound = new ArrayList<String>();
                for (int id = 0; id < WRITERS; id++) {
                    ofRound.add(gateway.run(experiment));
                }
                runs.add(ofRound);
            }
            // The runs themselves were created by a careful server and closed into its files.
            int port = postgres.port();
            postgres.close();
            postgres = PostgresStore.start(PostgresSettings.in(pg, port).with(server));
            for (List<String> ofRound : runs) {
                List<Violation> found = round(postgres, gateway, probe, ofRound);
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return List.of();
        } finally {
            postgres.close();
        }
    }

    private static List<Violation> round(PostgresStore postgres, Gateway gateway, String probe, List<String> runs)
            throws IOException, InterruptedException {
        awaitWrites(gateway, probe);
        var stop = new CountDownLatch(1);
        List<Writer> writers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int id = 0; id < runs.size(); id++) {
            writers.add(new Writer(id, System.nanoTime(), runs.get(id), gateway, stop));
        }
        writers.forEach(writer -> threads.add(Thread.ofVirtual().start(writer)));
        Thread.sleep(STORM);
        killAll(postgres);
        stop.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        postgres.restart();
        List<Violation> found = new ArrayList<>();
        for (Writer writer : writers) {
            found.addAll(Checker.violations(writer.writes(), gateway.read(writer.target())));
        }
        return found;
    }

    /** PostgreSQL notices the death of a backend and of the postmaster; none of them gets the time to. */
    private static void killAll(PostgresStore postgres) {
        ProcessHandle postmaster =
                ProcessHandle.of(postgres.pid().orElseThrow()).orElseThrow();
        List<ProcessHandle> children = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
        postmaster.onExit().join();
    }

    /** Until PostgreSQL is reached again. */
    private static void awaitWrites(Gateway gateway, String run) throws InterruptedException {
        Instant limit = Instant.now().plus(RECOVERY_LIMIT);
        var answer = gateway.post(Form.TAG.path(run), Form.TAG.body(run, 0, 0));
        while (answer.outcome() != Outcome.OK) {
            assertThat(Instant.now()).as(answer.toString()).isBefore(limit);
            Thread.sleep(POLL);
            answer = gateway.post(Form.TAG.path(run), Form.TAG.body(run, 0, 0));
        }
    }
}
