package dev.fourfold.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files cut short or altered: a torn tail is dropped, anything else is an error that says where. */
class ITJournalDamage {
    private static final long SEED = 20_260_101;

    @TempDir
    Path temp;

    @Test
    void aTailCutAnywhere_costsNothingThatWasAcknowledgedBefore() throws Exception {
        var original = temp.resolve("original");
        // How long the file was when each record had been acknowledged.
        var lengths = new ArrayList<Long>();
        var copy = temp.resolve("copy");
        try (var journal = Journal.open(JournalSettings.of("test", original))) {
            for (int i = 0; i < 150; i++) {
                journal.append("run-" + i % 3, ("payload " + i).repeat(i).getBytes(StandardCharsets.UTF_8));
                lengths.add(journal.fileBytes());
            }
            // As a crash leaves it: not closed.
            Files.createDirectory(copy);
            Files.copy(original.resolve("journal.mv"), copy.resolve("journal.mv"));
        }
        var random = new Random(SEED);
        for (int round = 0; round < 80; round++) {
            var cut = random.nextLong(lengths.getFirst(), lengths.getLast() + 1);
            var torn = temp.resolve("torn-" + round);
            Files.createDirectory(torn);
            var file = Files.copy(copy.resolve("journal.mv"), torn.resolve("journal.mv"));
            try (var access = new RandomAccessFile(file.toFile(), "rw")) {
                access.setLength(cut);
                if (round % 2 == 0) {
                    // As file systems do after a power loss: the length is there, the bytes are not.
                    access.setLength(lengths.getLast());
                }
            }
            var whole = lengths.stream().filter(length -> length <= cut).count();
            var found = sequencesIn(torn);
            assertThat(found).as("cut at %d", cut).hasSizeGreaterThanOrEqualTo((int) whole);
            assertThat(found)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, found.size()).boxed().toList());
        }
    }

    @Test
    void garbageBehindTheEnd_isNotARecord() throws Exception {
        var folder = filled(20);
        var garbage = new byte[10_000];
        new Random(SEED).nextBytes(garbage);
        try (var access = new RandomAccessFile(folder.resolve("journal.mv").toFile(), "rw")) {
            access.seek(access.length());
            access.write(garbage);
        }
        assertThat(sequencesIn(folder)).hasSize(20);
    }

    @Test
    void aRecordAlteredInTheMiddle_isAnErrorThatNamesIt() throws Exception {
        var folder = filled(200);
        var file = folder.resolve("journal.mv");
        var bytes = Files.readAllBytes(file);
        var altered = replaceAll(bytes, "payload-of-77.", "payload-of-xx.");
        assertThat(altered).isPositive();
        Files.write(file, bytes);
        assertThatThrownBy(() -> Journal.open(JournalSettings.of("test", folder)))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("record 78 of " + file)
                .hasMessageContaining("checksum");
        // Nothing was changed: undone, it opens.
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        replaceAll(bytes, "payload-of-xx.", "payload-of-77.");
        Files.write(file, bytes);
        assertThat(sequencesIn(folder)).hasSize(200);
    }

    @Test
    void anAcknowledgedRecordThatIsGone_isAnErrorThatSaysWhich() throws Exception {
        var folder = filled(200);
        var file = folder.resolve("journal.mv");
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(access.length() / 2);
        }
        assertThatThrownBy(() -> Journal.open(JournalSettings.of("test", folder)))
                .isInstanceOf(JournalException.Corrupt.class);
        Files.delete(file);
        assertThatThrownBy(() -> Journal.open(JournalSettings.of("test", folder)))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("record 200 was acknowledged");
    }

    @Test
    void aFileOfSomethingElse_isAnError() throws Exception {
        var folder = filled(3);
        Files.writeString(folder.resolve("journal.mv"), "not a journal ".repeat(1_000));
        assertThatThrownBy(() -> Journal.open(JournalSettings.of("test", folder)))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("journal.mv");
    }

    private Path filled(int records) {
        var folder = temp.resolve("journal");
        try (var journal = Journal.open(JournalSettings.of("test", folder))) {
            for (int i = 0; i < records; i++) {
                journal.append("run", ("payload-of-" + i + ".").getBytes(StandardCharsets.UTF_8));
            }
        }
        return folder;
    }

    private static int replaceAll(byte[] bytes, String from, String to) {
        var wanted = from.getBytes(StandardCharsets.UTF_8);
        var replacement = to.getBytes(StandardCharsets.UTF_8);
        var count = 0;
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                System.arraycopy(replacement, 0, bytes, i, replacement.length);
                count++;
            }
        }
        return count;
    }

    private static List<Long> sequencesIn(Path folder) {
        var drain = new RecordingDrain();
        try (var journal = Journal.open(JournalSettings.of("reader", folder).withDurabilityLag(Duration.ofHours(1)))) {
            journal.drainTo(drain);
            Eventually.becomes("all is read", () -> journal.depthRecords() == 0);
        }
        return drain.sequences();
    }
}
