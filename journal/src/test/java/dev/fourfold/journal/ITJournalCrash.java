package dev.fourfold.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a journal holds after its process was killed, at any moment and at the worst ones. */
class ITJournalCrash {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 64})
    void killedWhileAppending_keepsEveryAcknowledgedRecordOnce(int writers) throws Exception {
        var acknowledged = new HashMap<Long, String>();
        for (int round = 1; round <= 3; round++) {
            var said = runAndKill(writers, false, acknowledged.size() + 137 * round);
            said.acknowledged.forEach((sequence, what) -> assertThat(acknowledged.put(sequence, what))
                    .as("%d twice", sequence)
                    .isNull());
            assertThat(said.acknowledged).isNotEmpty();
        }
        var found = recordsIn(folder);
        assertThat(found.stream().map(Entry::sequence)).doesNotHaveDuplicates();
        var bySequence = new HashMap<Long, Entry>();
        found.forEach(entry -> bySequence.put(entry.sequence(), entry));
        acknowledged.forEach((sequence, what) -> {
            var parts = what.split(" ", -1);
            var entry = Objects.requireNonNull(bySequence.get(sequence), () -> "record " + sequence + " is lost");
            assertThat(entry.key()).isEqualTo(parts[0]);
            assertThat(entry.payload()).isEqualTo(JournalProcess.payload(parts[0], Integer.parseInt(parts[1])));
        });
    }

    @Test
    void killedWhileDraining_hasEveryAcknowledgedRecordInTheJournalOrInTheStore() throws Exception {
        var acknowledged = new HashSet<Long>();
        var applied = new HashSet<Long>();
        for (int round = 1; round <= 5; round++) {
            var said = runAndKill(16, true, 1_000 * round);
            acknowledged.addAll(said.acknowledged.keySet());
            applied.addAll(said.applied);
        }
        recordsIn(folder).forEach(entry -> applied.add(entry.sequence()));
        assertThat(applied).containsAll(acknowledged);
    }

    @Test
    void haltedAfterAnAppend_keepsTheRecordThatNobodyWasToldOf() throws Exception {
        var said = runToTheEnd("-Dfourfold.failpoint=journal.after-append:37", 1, false);
        assertThat(said.exit).isEqualTo(137);
        assertThat(said.acknowledged).hasSize(36);
        assertThat(recordsIn(folder)).hasSize(37);
    }

    @Test
    void haltedBeforeAnAppend_hasNoTraceOfIt() throws Exception {
        var said = runToTheEnd("-Dfourfold.failpoint=process.before-append:5", 1, false);
        assertThat(said.exit).isEqualTo(137);
        assertThat(said.acknowledged).hasSize(4);
        assertThat(recordsIn(folder)).hasSize(4);
    }

    @Test
    void haltedAfterAnApply_appliesAgain() throws Exception {
        var said = runToTheEnd("-Dfourfold.failpoint=journal.after-apply:1", 1, true);
        assertThat(said.exit).isEqualTo(137);
        assertThat(said.applied).isNotEmpty();
        assertThat(recordsIn(folder)).extracting(Entry::sequence).containsAll(said.applied);
    }

    @Test
    void aDiskThatTakesNoMore_failsTheJournalUntilItIsOpenedAgain() throws Exception {
        var java = String.join(
                " ",
                command("-Xint", 4, false).stream()
                        .map(part -> "'" + part + "'")
                        .toList());
        var process = new ProcessBuilder("bash", "-c", "ulimit -f 2000; exec " + java)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var said = new Said();
        try (var lines = process.inputReader()) {
            readAll(lines, said);
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said.failures)
                .isNotEmpty()
                .allSatisfy(reason -> assertThat(reason).contains("must be opened again"));
        assertThat(said.acknowledged).isNotEmpty();
        assertThat(recordsIn(folder).stream().map(Entry::sequence)).containsAll(said.acknowledged.keySet());
    }

    @Test
    void aSecondProcess_isRefused() throws Exception {
        var process = start(command("-Dx=y", 1, false));
        try (var lines = process.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("open");
            assertThatThrownBy(() -> Journal.open(JournalSettings.of("second", folder)))
                    .isInstanceOf(JournalException.Locked.class)
                    .hasMessageContaining("in use by another process")
                    .hasMessageContaining(folder.toString());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Said runAndKill(int writers, boolean draining, int afterAcknowledgements) throws Exception {
        var process = start(command("-Dx=y", writers, draining));
        var said = new Said();
        try (var lines = process.inputReader()) {
            while (said.acknowledged.size() < afterAcknowledgements && readOne(lines, said)) {}
            // Through the handle: Process.destroyForcibly would close the pipe with what is still in it.
            process.toHandle().destroyForcibly();
            readAll(lines, said);
        }
        process.waitFor();
        assertThat(said.failures).isEmpty();
        return said;
    }

    private Said runToTheEnd(String option, int writers, boolean draining) throws Exception {
        var process = start(command(option, writers, draining));
        var said = new Said();
        try (var lines = process.inputReader()) {
            readAll(lines, said);
        } finally {
            process.destroyForcibly();
        }
        said.exit = process.waitFor();
        return said;
    }

    private List<String> command(String option, int writers, boolean draining) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                JournalProcess.class.getName(),
                folder.toString(),
                Integer.toString(writers),
                Boolean.toString(draining));
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void readAll(BufferedReader lines, Said said) throws IOException {
        while (readOne(lines, said)) {}
    }

    private static boolean readOne(BufferedReader lines, Said said) throws IOException {
        var line = lines.readLine();
        if (line == null) {
            return false;
        }
        var parts = line.split(" ", 3);
        switch (parts[0]) {
            // A last line cut short by the kill tells nothing.
            case "ack" -> {
                if (parts.length == 3 && parts[2].matches("run-\\d+ \\d+")) {
                    said.acknowledged.put(Long.parseLong(parts[1]), parts[2]);
                }
            }
            case "applied" -> {
                if (parts.length == 2 && parts[1].matches("\\d+")) {
                    said.applied.add(Long.parseLong(parts[1]));
                }
            }
            case "failed" -> said.failures.add(line);
            default -> {}
        }
        return true;
    }

    private static List<Entry> recordsIn(Path folder) {
        var drain = new RecordingDrain();
        try (var journal = Journal.open(JournalSettings.of("reader", folder)
                .withDurabilityLag(Duration.ofHours(1))
                .withLimits(LONG, LONG))) {
            journal.drainTo(drain);
            Eventually.becomes("all is read", () -> journal.depthRecords() == 0);
        }
        return drain.applied();
    }

    /** What a process said before it died. */
    private static final class Said {
        final Map<Long, String> acknowledged = new HashMap<>();
        final Set<Long> applied = new HashSet<>();
        final List<String> failures = new ArrayList<>();
        int exit;
    }
}
