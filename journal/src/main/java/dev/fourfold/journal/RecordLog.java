package dev.fourfold.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's records on disk: an MVStore map from sequence to record. One thread writes; another may read meanwhile.
 *
 * <p>MVStore falls back, in silence, to an older state of its file when the newest is damaged, and has no checksum over
 * what it stores. So each record carries one, the records must be without gaps, and a file beside it notes the last
 * acknowledged sequence: what was acknowledged and is not there is an error, not an empty journal.
 */
final class RecordLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordLog.class);

    private static final String RECORDS = "journal.mv";
    private static final String ACKNOWLEDGED = "acknowledged";
    private static final String LOCK = "lock";
    private static final String FIRST = "first";
    private static final String LAST = "last";

    /** What a record costs beside its key and payload: its number, checksum, time and share of a page. */
    private static final int OVERHEAD = 32;

    private static final int HEADER = Integer.BYTES + Long.BYTES + Short.BYTES;

    /**
     * Dead space is overwritten as soon as MVStore allows, which is five versions after its last use. Every version is
     * synced before the next, so what a crash falls back to is never overwritten. MVStore's own wait, 45 s for those
     * who do not sync, would make the file many times as long.
     */
    private static final int RETENTION_MILLIS = 0;

    private static final int CACHE_MEGABYTES = 8;

    /** Small pages: every commit writes the last one anew, and with few callers that is what makes the file long. */
    private static final int KEYS_PER_PAGE = 16;

    private static final int PAGE_SPLIT_BYTES = 4_096;

    /** Records up to this size are appended in MVStore's way, which fills pages by count and halves the file. */
    private static final int SMALL_BYTES = 1_024;

    private final Path file;
    private final FileChannel lockChannel;
    private final FileChannel acknowledged;
    private final FileChannel syncChannel;
    private final MVStore store;
    private final MVMap<Long, byte[]> records;
    private final MVMap<String, Long> state;
    private final ByteBuffer mark = ByteBuffer.allocate(2 * Long.BYTES);
    private int smallInARow;
    private long first;
    private long last;

    private RecordLog(
            Path file, FileChannel lockChannel, FileChannel acknowledged, FileChannel syncChannel, MVStore store) {
        this.file = file;
        this.lockChannel = lockChannel;
        this.acknowledged = acknowledged;
        this.syncChannel = syncChannel;
        this.store = store;
        this.records = store.openMap(
                "records",
                new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(ByteArrayDataType.INSTANCE));
        this.state = store.openMap(
                "state",
                new MVMap.Builder<String, Long>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(LongDataType.INSTANCE));
    }

    static long weight(String key, int payloadLength) {
        // Keys are ASCII ids in practice; a byte more or less does not matter for a limit.
        return (long) OVERHEAD + key.length() + payloadLength;
    }

    /**
     * Opens the folder, checks every record in it and hands each, in order, to the newest consumer that {@code seen} gave:
     * another one is asked for when the first attempt turns out to be no good.
     */
    static RecordLog open(Path folder, Supplier<Consumer<Entry>> seen) {
        var opened = new ArrayList<AutoCloseable>();
        var file = folder.resolve(RECORDS);
        try {
            createFolder(folder);
            var lock = lock(folder.resolve(LOCK), opened);
            var acknowledged = FileChannel.open(
                    folder.resolve(ACKNOWLEDGED),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            opened.add(acknowledged);
            var log = openChecked(file, lock, acknowledged, seen);
            opened.add(log);
            if (log.store.hasUnsavedChanges()) {
                log.commit();
            }
            syncFolder(folder);
            return log;
        } catch (MVStoreException e) {
            closeAll(opened, e);
            throw unreadable(file, e);
        } catch (IOException e) {
            closeAll(opened, e);
            throw new JournalException.Failed("journal folder " + folder + " cannot be used: " + e, e);
        } catch (RuntimeException e) {
            closeAll(opened, e);
            throw e;
        }
    }

    /**
     * Tries what MVStore finds quickly, then all that it finds: after a power loss its quick way may settle for an older
     * state although a newer whole one is there.
     */
    private static RecordLog openChecked(
            Path file, FileChannel lock, FileChannel acknowledged, Supplier<Consumer<Entry>> seen) throws IOException {
        try {
            return openStore(file, lock, acknowledged, seen, false);
        } catch (JournalException.Corrupt e) {
            try {
                var log = openStore(file, lock, acknowledged, seen, true);
                LOG.warn("file={} recovered: last={}, first attempt: {}", file, log.last(), e.getMessage());
                return log;
            } catch (JournalException.Corrupt again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    private static RecordLog openStore(
            Path file, FileChannel lock, FileChannel acknowledged, Supplier<Consumer<Entry>> seen, boolean thoroughly)
            throws IOException {
        var opened = new ArrayList<AutoCloseable>();
        try {
            var builder = new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    // Nor by size: a version of which nobody waits for the sync would break the rule of retention.
                    .autoCommitBufferSize(0)
                    .keysPerPage(KEYS_PER_PAGE)
                    .pageSplitSize(PAGE_SPLIT_BYTES)
                    .cacheSize(CACHE_MEGABYTES);
            var store = (thoroughly ? builder.recoveryMode() : builder).open();
            opened.add(store::closeImmediately);
            store.getFileStore().setRetentionTime(RETENTION_MILLIS);
            // A channel of our own: MVStore's sync says nothing when its channel was closed, and syncs more than data.
            var sync = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            opened.add(sync);
            var log = new RecordLog(file, lock, acknowledged, sync, store);
            log.check(seen.get());
            return log;
        } catch (IOException | JournalException e) {
            closeAll(opened, e);
            throw e;
        } catch (RuntimeException | AssertionError e) {
            // A damaged page makes MVStore trip in many ways, with assertions on in even more.
            closeAll(opened, e);
            throw unreadable(file, e);
        }
    }

    private static JournalException.Corrupt unreadable(Path file, Throwable e) {
        return new JournalException.Corrupt("journal file " + file + " cannot be read: " + e.getMessage(), e);
    }

    /** The first record kept; greater than {@link #last()} when there is none. */
    long first() {
        return first;
    }

    /** The last record ever appended, kept or not. */
    long last() {
        return last;
    }

    /** How long the file is. */
    long fileBytes() {
        return store.getFileStore().size();
    }

    /** Adds a record behind all others; it is durable after the next {@link #commit()}. */
    long add(String key, byte[] payload, long millis) {
        var sequence = last + 1;
        var value = encode(sequence, key, payload, millis);
        smallInARow = value.length <= SMALL_BYTES ? smallInARow + 1 : 0;
        // A page with a large record in it must be split by size instead, or it would be written anew and anew.
        if (smallInARow > KEYS_PER_PAGE) {
            records.append(sequence, value);
        } else {
            records.put(sequence, value);
        }
        last = sequence;
        return sequence;
    }

    /** Removes the records up to {@code to}, at most {@code limit} of them; returns the weight of those removed. */
    long removeUpTo(long to, int limit) {
        var freed = 0L;
        for (int i = 0; i < limit && first <= to; i++) {
            var value = records.remove(first);
            if (value == null) {
                throw new JournalException.Corrupt("record " + first + " of " + file + " is missing", null);
            }
            freed += decode(first, value).weight();
            first++;
        }
        return freed;
    }

    /** Returns when all that was added and removed is on disk. After an exception the log is of no further use. */
    void commit() throws IOException {
        state.put(FIRST, first);
        state.put(LAST, last);
        store.commit();
        if (store.isClosed() || store.hasUnsavedChanges()) {
            throw new IOException("MVStore did not write its changes to " + file);
        }
        syncChannel.force(false);
        mark.clear();
        mark.putLong(last).putLong(checksum(last)).flip();
        acknowledged.write(mark, 0);
    }

    /** Reads records of a range in order: at least one, then as many as the limits allow. */
    List<Entry> read(long from, long to, int maxRecords, long maxBytes) {
        var entries = new ArrayList<Entry>((int) Math.min(maxRecords, to - from + 1));
        var bytes = 0L;
        var version = store.registerVersionUsage();
        try {
            var cursor = records.cursor(from);
            var expected = from;
            while (expected <= to && entries.size() < maxRecords) {
                if (!cursor.hasNext() || cursor.next() != expected) {
                    throw new JournalException.Corrupt("record " + expected + " of " + file + " is missing", null);
                }
                var entry = decode(expected, cursor.getValue());
                bytes += entry.weight();
                if (bytes > maxBytes && !entries.isEmpty()) {
                    break;
                }
                entries.add(entry);
                expected++;
            }
        } finally {
            store.deregisterVersionUsage(version);
        }
        return entries;
    }

    /** Reads these records: at least one, then as many as the limit allows. */
    List<Entry> read(long[] sequences, long maxBytes) {
        var entries = new ArrayList<Entry>(sequences.length);
        var bytes = 0L;
        var version = store.registerVersionUsage();
        try {
            for (var sequence : sequences) {
                var value = records.get(sequence);
                if (value == null) {
                    throw new JournalException.Corrupt("record " + sequence + " of " + file + " is missing", null);
                }
                var entry = decode(sequence, value);
                bytes += entry.weight();
                if (bytes > maxBytes && !entries.isEmpty()) {
                    break;
                }
                entries.add(entry);
            }
        } finally {
            store.deregisterVersionUsage(version);
        }
        return entries;
    }

    /** Closes the files without writing anything more. */
    @Override
    public void close() {
        closeAll(List.<AutoCloseable>of(lockChannel, store::closeImmediately, syncChannel, acknowledged), null);
    }

    /** Marks the store as cleanly shut, which makes the next opening quicker, and closes. */
    void closeCleanly() {
        try {
            // A reader that ended while a commit held MVStore's lock left its version behind, which an assertion in
            // close() would complain of; with nobody else about, this lets go of it.
            store.deregisterVersionUsage(store.registerVersionUsage());
            store.close();
        } finally {
            close();
        }
    }

    private void check(Consumer<Entry> consumer) throws IOException {
        last = Objects.requireNonNullElse(state.get(LAST), 0L);
        first = Objects.requireNonNullElse(state.get(FIRST), 1L);
        var promised = readMark();
        if (promised > last) {
            throw new JournalException.Corrupt(
                    "journal file " + file + " ends with record " + last + " but record " + promised
                            + " was acknowledged: the file is damaged behind record " + last
                            + ", or not the one that belongs here",
                    null);
        }
        var expected = first;
        for (var cursor = records.cursor(null); cursor.hasNext(); expected++) {
            if (cursor.next() != expected) {
                throw new JournalException.Corrupt(
                        "journal file " + file + " has record " + cursor.getKey() + " where record " + expected
                                + " should be",
                        null);
            }
            consumer.accept(decode(expected, cursor.getValue()));
        }
        if (expected != last + 1) {
            throw new JournalException.Corrupt(
                    "journal file " + file + " ends before record " + expected + " but should end with " + last, null);
        }
    }

    /** The last sequence that was acknowledged, as far as this file, which is not synced, knows. */
    private long readMark() throws IOException {
        var buffer = ByteBuffer.allocate(2 * Long.BYTES);
        if (acknowledged.read(buffer, 0) < buffer.capacity()) {
            return 0;
        }
        buffer.flip();
        var sequence = buffer.getLong();
        // After a power loss the mark may be torn or old. It only ever makes the check weaker.
        return buffer.getLong() == checksum(sequence) ? sequence : 0;
    }

    private static byte[] encode(long sequence, String key, byte[] payload, long millis) {
        var keyBytes = key.getBytes(StandardCharsets.UTF_8);
        var buffer = ByteBuffer.allocate(HEADER + keyBytes.length + payload.length);
        buffer.position(Integer.BYTES);
        buffer.putLong(millis).putShort((short) keyBytes.length).put(keyBytes).put(payload);
        buffer.putInt(0, checksum(sequence, buffer.array()));
        return buffer.array();
    }

    private Entry decode(long sequence, byte[] value) {
        if (value.length < HEADER || ByteBuffer.wrap(value).getInt() != checksum(sequence, value)) {
            throw new JournalException.Corrupt(
                    "record " + sequence + " of " + file + " does not match its checksum", null);
        }
        var buffer = ByteBuffer.wrap(value, Integer.BYTES, value.length - Integer.BYTES);
        var appendedAt = Instant.ofEpochMilli(buffer.getLong());
        var keyLength = Short.toUnsignedInt(buffer.getShort());
        var key = new String(value, HEADER, keyLength, StandardCharsets.UTF_8);
        var payload = new byte[value.length - HEADER - keyLength];
        System.arraycopy(value, HEADER + keyLength, payload, 0, payload.length);
        return new Entry(sequence, key, payload, appendedAt);
    }

    private static int checksum(long sequence, byte[] value) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(sequence).flip());
        crc.update(value, Integer.BYTES, value.length - Integer.BYTES);
        return (int) crc.getValue();
    }

    private static long checksum(long number) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        return crc.getValue();
    }

    private static void createFolder(Path folder) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(folder, ownerOnly);
        } else {
            Files.createDirectories(folder);
        }
    }

    private static FileChannel lock(Path path, List<AutoCloseable> opened) throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        opened.add(channel);
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new JournalException.Locked(
                    "journal folder " + path.getParent() + " is already open in this process", e);
        }
        if (lock == null) {
            throw new JournalException.Locked(
                    "journal folder " + path.getParent() + " is in use by another process", null);
        }
        return channel;
    }

    /** A new file survives a power loss only once its folder is synced. */
    private static void syncFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Closes in reverse: the lock last. */
    private static void closeAll(List<AutoCloseable> opened, @Nullable Throwable cause) {
        for (var closeable : opened.reversed()) {
            try {
                closeable.close();
            } catch (Exception e) {
                if (cause == null) {
                    throw new JournalException.Failed("a file of the journal did not close: " + e, e);
                }
                cause.addSuppressed(e);
            }
        }
    }
}
