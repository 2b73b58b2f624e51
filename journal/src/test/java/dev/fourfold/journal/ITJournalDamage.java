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
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files cut short or altered: a torn tail is dropped, anything else is an error that says where. */
class ITJournalDamage {
    private static final long SEED = 20_260_101;
    private static final int PAGE = 4_096;
    private static final int TORN_RECORDS = 120;
    private static final int TORN_ROUNDS = 3;

    /** Two copies of MVStore's header. */
    private static final int HEADERS = 8_192;

    @TempDir
    Path temp;

    /** The process dies while it writes: what it had begun to write is there up to some byte. */
    @Test
    void aWriteCutShortAnywhere_costsNothingThatWasAcknowledgedBefore() throws Exception {
        var random = new Random(SEED);
        var refused = openTorn((before, after) -> {
            var changed = changedBytes(before, after, HEADERS);
            var torn = Arrays.copyOf(before, Math.max(before.length, after.length));
            var cut = random.nextInt(changed.length + 1);
            for (int c = 0; c < cut; c++) {
                torn[changed[c]] = after[changed[c]];
            }
            // The file grows with the write, not before it.
            return cut == changed.length || cut == 0
                    ? Arrays.copyOf(torn, cut == 0 ? before.length : torn.length)
                    : Arrays.copyOf(torn, Math.max(before.length, changed[cut - 1] + 1));
        });
        assertThat(refused).isZero();
    }

    /**
     * The power fails before the sync: of what was being written, any pages are there. MVStore cannot always tell; then
     * the journal must refuse to open, and never be short of a record in silence.
     */
    @Test
    void aWriteOfWhichAnyPagesAreThere_isHarmlessOrRefused() throws Exception {
        var random = new Random(SEED);
        assertThat(openTorn((before, after) -> {
                    var torn = Arrays.copyOf(before, Math.max(before.length, after.length));
                    for (int page = 0; page < after.length; page += PAGE) {
                        if (random.nextBoolean()) {
                            System.arraycopy(after, page, torn, page, Math.min(PAGE, after.length - page));
                        }
                    }
                    return torn;
                }))
                .as("refused, of %d", TORN_RECORDS * TORN_ROUNDS)
                .isLessThan(TORN_RECORDS * TORN_ROUNDS / 20);
    }

    /** Opens what tearing made of each step, checks what is found, and counts what was refused. */
    private int openTorn(BinaryOperator<byte[]> tear) throws Exception {
        var refused = 0;
        // The file as it was when each record had been acknowledged, and the note beside it.
        var files = new ArrayList<byte[]>();
        var notes = new ArrayList<byte[]>();
        var original = temp.resolve("original");
        try (var journal = Journal.open(JournalSettings.of("test", original))) {
            for (int i = 0; i <= TORN_RECORDS; i++) {
                journal.append(
                        "run-" + i % 3, ("payload " + i).repeat(i * 7 % 300).getBytes(StandardCharsets.UTF_8));
                files.add(Files.readAllBytes(original.resolve("journal.mv")));
                notes.add(Files.readAllBytes(original.resolve("acknowledged")));
            }
        }
        var folder = Files.createDirectory(temp.resolve("torn"));
        for (int i = 0; i < TORN_RECORDS; i++) {
            for (int round = 0; round < TORN_ROUNDS; round++) {
                Files.write(folder.resolve("journal.mv"), tear.apply(files.get(i), files.get(i + 1)));
                Files.write(folder.resolve("acknowledged"), notes.get(i));
                List<Long> found;
                try {
                    found = sequencesIn(folder);
                } catch (JournalException.Corrupt e) {
                    refused++;
                    continue;
                }
                assertThat(found).as("torn after record %d", i + 1).hasSizeBetween(i + 1, i + 2);
                assertThat(found)
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, found.size()).boxed().toList());
            }
        }
        return refused;
    }

    private static int[] changedBytes(byte[] before, byte[] after, int from) {
        return IntStream.range(from, after.length)
                .filter(at -> at >= before.length || before[at] != after[at])
                .toArray();
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
