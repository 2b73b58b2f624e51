package dev.fourfold.journal;

import dev.fourfold.contract.Instance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Which instance of a service a journal's folder belongs to. Records of one instance must not be applied by another: the
 * run may have a new owner, who does not know of them.
 */
public final class JournalFolder {

    private static final String NOTE = "instance";

    private JournalFolder() {}

    /**
     * What is left in a folder that no process has open.
     *
     * @param instance who took the records
     * @param records how many there are
     */
    public record Held(Instance instance, long records) {}

    /**
     * Looks into a folder that no process has open.
     *
     * @param plan who will have it next; empty where nobody will
     * @return what is in it, if that is anything and of another instance than planned
     * @throws JournalException.Locked if a process has it open
     */
    public static Optional<Held> foreign(Path folder, Optional<Instance> plan) {
        if (!Files.isDirectory(folder) || plan.filter(instance(folder)::equals).isPresent()) {
            return Optional.empty();
        }
        try (var journal = Journal.open(JournalSettings.of("looked-at", folder))) {
            long records = journal.depthRecords();
            return records == 0 ? Optional.empty() : Optional.of(new Held(instance(folder), records));
        }
    }

    /** Notes whose the folder is, if it is empty or that one's already. */
    static void claim(JournalSettings settings, Instance instance, long records) {
        Instance before = instance(settings.folder());
        if (records > 0 && !before.equals(instance)) {
            throw new JournalException.Foreign(
                    "The journal in " + settings.folder() + " holds " + records
                            + " records that instance " + before + " of " + settings.name() + "-svc took, and this is "
                            + instance + ". Start it as " + before
                            + " once more, wait until GET /api/v1/health says that its journal holds 0 bytes, and stop it then");
        }
        Path note = settings.folder().resolve(NOTE);
        if (before.equals(instance) && Files.exists(note)) {
            return;
        }
        Path written = settings.folder().resolve(NOTE + ".new");
        try {
            try (var channel = FileChannel.open(
                    written,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap((instance + "\n").getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(written, note, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new JournalException.Failed("Cannot note the instance in " + settings.folder(), e);
        }
    }

    /** Whose a folder is; one without a note is from before there were several. */
    private static Instance instance(Path folder) {
        Path note = folder.resolve(NOTE);
        try {
            return Files.exists(note) ? Instance.parse(Files.readString(note)) : Instance.ONLY;
        } catch (IOException | IllegalArgumentException e) {
            throw new JournalException.Corrupt(note + " does not say which instance the journal is of", e);
        }
    }
}
