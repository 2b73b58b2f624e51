package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder that one holder has for itself, until it closes this or its JVM ends in whatever way. The lock is the
 * operating system's; the file beside it with the holder's process id is only there to be named in the refusal.
 */
public final class DataFolder implements AutoCloseable {

    private static final String LOCK = ".lock";
    private static final String HOLDER = ".holder";

    // POSIX gives up a process's lock when that process closes any handle on the file, so within one JVM a second
    // attempt must be turned away before it opens the file.
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder for its owner alone (mode 0700) when it is absent, and locks it.
     *
     * @throws EmbeddedStoreException when another holder has it, or it cannot be made or written to
     */
    public static DataFolder lock(Path folder) {
        var path = PrivateFiles.folder(folder);
        if (!HELD_HERE.add(path)) {
            throw taken(path, Long.toString(ProcessHandle.current().pid()));
        }
        var kept = false;
        try {
            var channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                @Nullable FileLock lock = channel.tryLock();
                if (lock == null) {
                    throw taken(path, holderOf(path));
                }
                PrivateFiles.write(path.resolve(HOLDER), ProcessHandle.current().pid() + "\n");
                kept = true;
                return new DataFolder(path, channel);
            } finally {
                if (!kept) {
                    channel.close();
                }
            }
        } catch (IOException e) {
            throw new EmbeddedStoreException("The folder " + path + " cannot be locked: " + e.getMessage(), e);
        } finally {
            if (!kept) {
                HELD_HERE.remove(path);
            }
        }
    }

    /** The folder, absolute and without symbolic links. */
    public Path path() {
        return path;
    }

    private static String holderOf(Path path) throws IOException {
        try {
            return Files.readString(path.resolve(HOLDER)).strip();
        } catch (NoSuchFileException e) {
            return "unknown";
        }
    }

    private static EmbeddedStoreException taken(Path path, String holder) {
        return new EmbeddedStoreException("The folder " + path + " is in use by process " + holder
                + ": stop that process first, or choose another folder.");
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            Files.deleteIfExists(path.resolve(HOLDER));
            channel.close();
        } catch (IOException e) {
            throw new EmbeddedStoreException("The folder " + path + " cannot be unlocked: " + e.getMessage(), e);
        } finally {
            HELD_HERE.remove(path);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
