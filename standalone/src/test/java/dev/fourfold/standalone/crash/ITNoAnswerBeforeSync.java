package dev.fourfold.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.standalone.LaunchedPlatform;
import dev.fourfold.standalone.crash.Write.Form;
import dev.fourfold.standalone.crash.Write.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The system calls of metrics-svc, traced by strace while one client logs points one after another: between the arrival
 * of each and its answer an fdatasync or fsync begins and succeeds.
 */
final class ITNoAnswerBeforeSync {

    private static final int WRITES = 30;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Pattern ARRIVES = Pattern.compile("(?:read|recvfrom|readv)[( ].*\"POST /");
    private static final Pattern ANSWERED = Pattern.compile("(?:write|sendto|writev|sendmsg)\\(.*\"HTTP/1\\.1 ");
    private static final Pattern SYNC_BEGINS = Pattern.compile("^(\\d+) .* (?:fdatasync|fsync)\\(");
    private static final Pattern SYNC_ENDS = Pattern.compile("^(\\d+) .*(?:fdatasync|fsync)(?:\\(| resumed).* = 0$");

    @TempDir
    Path folder;

    @Test
    void metrics_areAnsweredAfterTheSyncThatCoversThem() throws Exception {
        Path data = folder.toRealPath().resolve("data");
        try (var platform = LaunchedPlatform.up(data, "--separate", "--service-ports", "0", "--port", "0");
                var gateway = new Gateway(platform.url())) {
            String run = gateway.run(gateway.experiment("sync"));
            long pid = Victim.METRICS.process(data).orElseThrow().pid();
            Path trace = folder.resolve("trace");
            Process strace = attach(pid, trace);
            try {
                for (int n = 1; n <= WRITES; n++) {
                    var answer = gateway.post(Form.METRIC.path(run), Form.METRIC.body(run, 0, n));
                    assertThat(answer.outcome()).as(answer.toString()).isEqualTo(Outcome.OK);
                }
            } finally {
                strace.destroy();
                assertThat(strace.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
            int answers = check(Files.readAllLines(trace));
            System.out.println("[sync] " + answers + " answers, each after a sync of its own");
            assertThat(answers).isEqualTo(WRITES);
        }
    }

    private static Process attach(long pid, Path trace) throws IOException, InterruptedException {
        Path said = trace.resolveSibling("strace.log");
        Process strace = new ProcessBuilder(
                        "strace",
                        "-f",
                        "-tt",
                        "-s",
                        "32",
                        "-e",
                        "trace=fdatasync,fsync,read,readv,recvfrom,write,writev,sendto,sendmsg",
                        "-o",
                        trace.toString(),
                        "-p",
                        Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        Instant limit = Instant.now().plus(LIMIT);
        while (!Files.readString(said).contains("attached")) {
            assertThat(strace.isAlive() && Instant.now().isBefore(limit))
                    .as("strace can attach, which takes root or the right to ptrace: %s", Files.readString(said))
                    .isTrue();
            Thread.sleep(POLL);
        }
        return strace;
    }

    /** Counts the answers to POSTs; each must have seen a whole successful sync since its request came. */
    private static int check(List<String> lines) {
        Set<String> syncing = new HashSet<>();
        boolean waiting = false;
        boolean synced = false;
        int answers = 0;
        for (String line : lines) {
            if (ARRIVES.matcher(line).find()) {
                waiting = true;
                synced = false;
                syncing.clear();
            }
            var begins = SYNC_BEGINS.matcher(line);
            if (begins.find()) {
                syncing.add(begins.group(1));
            }
            var ends = SYNC_ENDS.matcher(line);
            if (ends.find() && syncing.remove(ends.group(1))) {
                synced = true;
            }
            if (waiting && ANSWERED.matcher(line).find()) {
                assertThat(synced).as("no sync since the request: %s", line).isTrue();
                waiting = false;
                answers++;
            }
        }
        return answers;
    }
}
