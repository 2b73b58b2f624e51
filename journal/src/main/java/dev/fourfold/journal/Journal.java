package dev.fourfold.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable queue in a folder: {@link #append} returns when the record is synced to disk, and one thread hands the
 * records, in order and in batches, to a {@link Drain}. A record is deleted only when it has been applied for as long as
 * the store behind the drain may still lose it, so after a crash of either side what is missing is applied again.
 *
 * <p>All methods may be called from many threads, virtual ones too.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** The longest key, in bytes of UTF-8 at most four times as many. */
    public static final int MAX_KEY_LENGTH = 256;

    private static final int COMMIT_RECORDS = 4_096;
    private static final long COMMIT_BYTES = 16L << 20;

    /** How many records one commit may delete while callers wait for it, and while nobody does. */
    private static final int TRIM_WITH_APPENDS = 1_000;

    private static final int TRIM_ALONE = 20_000;

    /** Deleting alone is worth a sync only now and then; with appends it comes along for nothing. */
    private static final long TRIM_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final JournalSettings settings;
    private final RecordLog log;
    private final Thread writer;

    /** Guards everything below; never held while the disk or the store works. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition work = lock.newCondition();
    private final Condition pending = lock.newCondition();
    private final Condition moved = lock.newCondition();

    private final ArrayDeque<Slot> queue = new ArrayDeque<>();

    /** Batches applied but not yet allowed to be deleted, in order. */
    private final ArrayDeque<AppliedBatch> applications = new ArrayDeque<>();

    /** The durable records of each key that has any which are not trimmed. Written under the lock. */
    private final ConcurrentHashMap<String, KeyRecords> keys = new ConcurrentHashMap<>();

    /** The keys that someone waits for, and how many do, in the order in which they came. */
    private final LinkedHashMap<String, Integer> awaited = new LinkedHashMap<>();

    private volatile long durable;
    private volatile long applied;
    private long heldBytes;
    private long depthBytes;
    private long oldestMillis;
    private long appendedTotal;
    private long appliedTotal;

    /** Records up to here may be deleted, and are being so; nothing at or before it is ever applied again. */
    private long trimTo;

    private long trimmed;
    private volatile long rewinds;

    /** Whether records of some key were applied before their turn since the last rewind. */
    private boolean anyEarly;

    private boolean awake;
    private boolean closing;
    private boolean writerMayStop;
    private boolean closed;
    private volatile @Nullable Throwable failure;
    private @Nullable Thread drainer;

    /** Whether the drainer has something to apply and lets more come. */
    private boolean gathering;

    /** Used by the drainer alone. */
    private boolean lastWasEarly;

    /** Used by the drainer alone: when it last handed on a batch. */
    private long handedOnNanos;

    private volatile @Nullable Consumer<List<Entry>> follower;

    private Journal(JournalSettings settings) {
        this.settings = settings;
        this.log = RecordLog.open(settings.folder(), this::stocktaking);
        this.durable = log.last();
        this.applied = log.first() - 1;
        this.trimTo = applied;
        this.trimmed = applied;
        this.handedOnNanos = System.nanoTime() - settings.gather().toNanos();
        this.writer = Thread.ofPlatform()
                .name(settings.name() + "-journal-writer")
                .daemon()
                .unstarted(this::write);
    }

    /**
     * Opens the folder and takes stock of what is in it. A record that was being written when the process died is
     * dropped; every acknowledged one is there.
     *
     * @throws JournalException.Locked if it is open elsewhere
     * @throws JournalException.Corrupt if a record is damaged or missing
     * @throws JournalException.Failed if the folder cannot be used
     */
    public static Journal open(JournalSettings settings) {
        var journal = new Journal(settings);
        LOG.info(
                "journal={} folder={} opened, last={}, not trimmed={}",
                settings.name(),
                settings.folder(),
                journal.durable,
                journal.depthRecords());
        journal.writer.start();
        return journal;
    }

    /** Starts the draining: once. Everything that was not trimmed is applied first. */
    public void drainTo(Drain drain) {
        lock.lock();
        try {
            if (drainer != null || closing) {
                throw new IllegalStateException("the journal " + settings.name() + " is closed or drains already");
            }
            drainer = Thread.ofPlatform()
                    .name(settings.name() + "-journal-drain")
                    .daemon()
                    .start(() -> drain(drain));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells somebody of every record that is appended from now on: in order, each once, when it is durable. The follower
     * is called by the one thread that writes for everybody, so it must return at once. It must not change the payloads.
     */
    public void follow(Consumer<List<Entry>> newFollower) {
        lock.lock();
        try {
            if (follower != null) {
                throw new IllegalStateException("the journal " + settings.name() + " has a follower already");
            }
            follower = newFollower;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends a record and returns when it is durable. Not interruptible: an interrupt waits until the outcome is known.
     * The payload must not be changed until then.
     *
     * @param key what the record belongs to, up to {@value #MAX_KEY_LENGTH} characters
     * @throws JournalException.Full if the journal holds too much; nothing was appended
     * @throws JournalException.Failed if it is closed or failed, or the disk takes too long; the record may be kept
     */
    public Appended append(String key, byte[] payload) {
        if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_KEY_LENGTH + " characters, not " + key.length());
        }
        if (payload.length > settings.maxRecordBytes()) {
            throw new IllegalArgumentException(
                    "a record has at most " + settings.maxRecordBytes() + " bytes, not " + payload.length);
        }
        settings.failpoint().reached(Failpoint.Point.BEFORE_APPEND);
        var slot = new Slot(key, payload);
        lock.lock();
        try {
            refuseIfUnusable();
            if (heldBytes + slot.weight > settings.maxBytes()) {
                throw new JournalException.Full("the journal " + settings.name() + " holds " + heldBytes + " of "
                        + settings.maxBytes() + " bytes; the store behind it is away or too slow");
            }
            heldBytes += slot.weight;
            queue.add(slot);
            work.signal();
        } finally {
            lock.unlock();
        }
        var sequence = slot.await(settings.appendLimit().toNanos());
        if (sequence == Slot.WAITING) {
            throw new JournalException.Failed(
                    "the disk did not take a record of the journal " + settings.name() + " within "
                            + settings.appendLimit(),
                    null);
        }
        if (sequence == Slot.FAILED) {
            throw failed();
        }
        settings.failpoint().reached(Failpoint.Point.AFTER_APPEND);
        return new Appended(sequence);
    }

    /** Like {@link #append(String, byte[])}, with the bytes from the buffer's position to its limit, copied. */
    public Appended append(String key, ByteBuffer payload) {
        var bytes = new byte[payload.remaining()];
        payload.get(payload.position(), bytes);
        return append(key, bytes);
    }

    /**
     * Waits until every record of the key that was appended before this call has been applied; a backlog of other keys
     * does not stand before them. Costs one look into a map when there is none. False if that takes longer than the limit, or the journal is closed or failed before.
     */
    public boolean awaitApplied(String key, Duration limit) throws InterruptedException {
        var records = keys.get(key);
        if (records == null) {
            return true;
        }
        var target = records.last();
        if (isApplied(records, target)) {
            return true;
        }
        var nanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            awaited.merge(key, 1, Integer::sum);
            if (gathering) {
                pending.signalAll();
            }
            while (!isApplied(records, target)) {
                if (closed || failure != null || nanos <= 0) {
                    return false;
                }
                nanos = moved.awaitNanos(nanos);
            }
            return true;
        } finally {
            awaited.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
            lock.unlock();
        }
    }

    private boolean isApplied(KeyRecords records, long sequence) {
        return sequence <= applied || sequence <= records.early();
    }

    /**
     * Applies everything again that has not been trimmed: for a store that came back and may have lost what it took
     * last. Until they are applied again these records count as not applied. Where the settings state a durability lag,
     * a {@link StoreUnavailableException} does this by itself.
     */
    public void rewind() {
        lock.lock();
        try {
            if (applied > trimTo) {
                LOG.info("journal={} rewound from={} to={}", settings.name(), applied, trimTo);
                for (var batch : applications) {
                    depthBytes += batch.bytes();
                }
                oldestMillis = applications.getFirst().oldestMillis();
                applications.clear();
                applied = trimTo;
            }
            if (anyEarly) {
                keys.values().forEach(KeyRecords::forgetEarly);
                anyEarly = false;
            }
            rewinds++;
            pending.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How often it was rewound since it was opened. What was read from the store is what was applied to it only if this
     * is the same after the reading as before {@link #awaitApplied}.
     */
    public long rewinds() {
        return rewinds;
    }

    /** Ends a pause of the draining: for whoever knows that the store is back. */
    public void wake() {
        lock.lock();
        try {
            awake = true;
            pending.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many keys are awaited now. */
    int awaitedKeys() {
        lock.lock();
        try {
            return awaited.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many records wait to be applied. */
    public long depthRecords() {
        return Math.max(0, durable - applied);
    }

    /** How many bytes wait to be applied. */
    public long depthBytes() {
        lock.lock();
        try {
            return depthBytes;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes count against the limit: those that wait, and those applied but not yet trimmed. */
    public long heldBytes() {
        lock.lock();
        try {
            return heldBytes;
        } finally {
            lock.unlock();
        }
    }

    /** How long ago the oldest record that waits was appended; zero if none waits. */
    public Duration oldestAge() {
        lock.lock();
        try {
            return applied >= durable
                    ? Duration.ZERO
                    : Duration.ofMillis(Math.max(0, System.currentTimeMillis() - oldestMillis));
        } finally {
            lock.unlock();
        }
    }

    /** How many records were appended since the journal was opened. */
    public long appendedTotal() {
        lock.lock();
        try {
            return appendedTotal;
        } finally {
            lock.unlock();
        }
    }

    /** How many records were applied since the journal was opened; one applied again counts again. */
    public long appliedTotal() {
        lock.lock();
        try {
            return appliedTotal;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the last record on disk; zero before the first ever. */
    public long lastSequence() {
        return durable;
    }

    /** Why the journal takes no more records until it is opened again, if its disk failed. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** How long the journal's file is. */
    public long fileBytes() {
        return log.fileBytes();
    }

    /**
     * Takes no more records, writes those under way, lets the batch that is being applied end (within the limit of the
     * settings) and closes the files. What was not trimmed is there at the next opening.
     */
    @Override
    public void close() {
        Thread draining;
        lock.lock();
        try {
            if (closing) {
                return;
            }
            closing = true;
            draining = drainer;
            pending.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
        if (draining != null && draining != Thread.currentThread() && !join(draining, settings.closeLimit())) {
            LOG.warn("journal={} batch not applied within={}, interrupted", settings.name(), settings.closeLimit());
            draining.interrupt();
            join(draining, settings.minBackoff());
        }
        lock.lock();
        try {
            writerMayStop = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        var written = join(writer, settings.appendLimit());
        lock.lock();
        try {
            closed = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        if (written && failure == null) {
            log.closeCleanly();
        } else {
            log.close();
        }
        LOG.info("journal={} closed, last={}, not trimmed={}", settings.name(), durable, durable - trimmed);
    }

    /** Begins to take stock of the records, from nothing. */
    private Consumer<Entry> stocktaking() {
        keys.clear();
        heldBytes = 0;
        depthBytes = 0;
        return this::recover;
    }

    private void recover(Entry entry) {
        if (depthBytes == 0) {
            oldestMillis = entry.appendedAt().toEpochMilli();
        }
        keys.computeIfAbsent(entry.key(), _ -> new KeyRecords()).add(entry.sequence());
        heldBytes += entry.weight();
        depthBytes += entry.weight();
    }

    // ---- The writer: one thread commits what all callers brought meanwhile.

    private void write() {
        var slots = new ArrayList<Slot>();
        try {
            while (true) {
                slots.clear();
                // As it is now: one that comes after an append has returned is not told of that.
                @Nullable Consumer<List<Entry>> told;
                lock.lock();
                try {
                    if (!awaitWork()) {
                        return;
                    }
                    takeSlots(slots);
                    told = follower;
                    decideTrim();
                } finally {
                    lock.unlock();
                }
                commit(slots);
                slots.forEach(slot -> slot.settle(slot.sequence));
                tell(told, slots);
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
            slots.forEach(slot -> slot.settle(Slot.FAILED));
        }
    }

    /** False when there is nothing more to do, ever. */
    private boolean awaitWork() {
        while (queue.isEmpty()) {
            if (failure != null) {
                return false;
            }
            var nanos = nanosUntilTrim();
            if (nanos <= 0) {
                return true;
            }
            if (writerMayStop) {
                return false;
            }
            try {
                work.awaitNanos(nanos);
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt this thread, and its files would not survive it.
                LOG.warn("journal={} writer was interrupted, goes on", settings.name());
            }
        }
        return true;
    }

    private long nanosUntilTrim() {
        if (trimmed < trimTo) {
            return 0;
        }
        var next = applications.peek();
        if (next == null) {
            return Long.MAX_VALUE;
        }
        var pause = writerMayStop || heldBytes > settings.maxBytes() / 2 ? 0 : TRIM_PAUSE_NANOS;
        return next.appliedNanos() + settings.durabilityLag().toNanos() + pause - System.nanoTime();
    }

    private void decideTrim() {
        var now = System.nanoTime();
        var lag = settings.durabilityLag().toNanos();
        for (var next = applications.peek(); next != null; next = applications.peek()) {
            if (now - next.appliedNanos() < lag) {
                return;
            }
            applications.remove();
            trimTo = next.last();
            next.keys()
                    .forEach(key -> keys.computeIfPresent(key, (_, records) -> {
                        records.dropUpTo(trimTo);
                        return records.isEmpty() ? null : records;
                    }));
        }
    }

    private void takeSlots(List<Slot> slots) {
        var bytes = 0L;
        for (var slot = queue.peek();
                slot != null
                        && slots.size() < COMMIT_RECORDS
                        && (slots.isEmpty() || bytes + slot.weight <= COMMIT_BYTES);
                slot = queue.peek()) {
            slots.add(queue.remove());
            bytes += slot.weight;
        }
    }

    private void tell(@Nullable Consumer<List<Entry>> told, List<Slot> slots) {
        if (told == null || slots.isEmpty()) {
            return;
        }
        try {
            told.accept(slots.stream()
                    .map(slot -> new Entry(slot.sequence, slot.key, slot.payload, slot.appendedAt))
                    .toList());
        } catch (RuntimeException e) {
            // The records are safe, and whoever appends must not suffer from somebody who looks on.
            LOG.error("journal={} follower failed", settings.name(), e);
        }
    }

    private void commit(List<Slot> slots) throws IOException {
        var millis = System.currentTimeMillis();
        var appendedAt = Instant.ofEpochMilli(millis);
        for (var slot : slots) {
            slot.sequence = log.add(slot.key, slot.payload, millis);
            slot.appendedAt = appendedAt;
        }
        // trimTo only moves on this thread.
        var freed = log.removeUpTo(trimTo, slots.isEmpty() ? TRIM_ALONE : TRIM_WITH_APPENDS);
        log.commit();
        lock.lock();
        try {
            trimmed = log.first() - 1;
            heldBytes -= freed;
            if (!slots.isEmpty()) {
                if (durable == applied) {
                    oldestMillis = millis;
                }
                for (var slot : slots) {
                    keys.computeIfAbsent(slot.key, _ -> new KeyRecords()).add(slot.sequence);
                    depthBytes += slot.weight;
                }
                appendedTotal += slots.size();
                durable = log.last();
                // While the drainer gathers, waking it for each commit would cost what gathering saves.
                if (!gathering || depthRecords() >= settings.batchRecords() || depthBytes >= settings.batchBytes()) {
                    pending.signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** After a failed write or sync nobody knows what is on disk: no more is promised until the file is read again. */
    private void fail(Throwable cause) {
        LOG.error("journal={} failed, takes no more records until it is opened again", settings.name(), cause);
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            queue.forEach(slot -> slot.settle(Slot.FAILED));
            queue.clear();
            work.signalAll();
            pending.signalAll();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void refuseIfUnusable() {
        if (failure != null) {
            throw failed();
        }
        if (closing) {
            throw new JournalException.Failed("the journal " + settings.name() + " is closed", null);
        }
    }

    private JournalException.Failed failed() {
        return new JournalException.Failed(
                "the journal " + settings.name() + " failed and must be opened again: " + failure, failure);
    }

    // ---- The drainer: one thread applies what is durable.

    private void drain(Drain drain) {
        var pause = settings.minBackoff();
        try {
            while (awaitDurable()) {
                // An interrupt left by the drain would close the file under our hands.
                Thread.interrupted();
                var batch = nextBatch();
                try {
                    if (!batch.toApply().isEmpty()) {
                        handedOnNanos = System.nanoTime();
                        drain.apply(batch.toApply());
                        settings.failpoint().reached(Failpoint.Point.AFTER_APPLY);
                    }
                    noteApplied(batch);
                    pause = settings.minBackoff();
                } catch (Exception e) {
                    logRefusal(e, batch.toApply(), pause);
                    if (!settings.durabilityLag().isZero()) {
                        rewind();
                    }
                    if (!pauseOrStop(pause)) {
                        return;
                    }
                    pause = pause.multipliedBy(2).compareTo(settings.maxBackoff()) < 0
                            ? pause.multipliedBy(2)
                            : settings.maxBackoff();
                }
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** False when the draining ends. */
    private boolean awaitDurable() {
        lock.lock();
        try {
            while (applied >= durable && !closing && failure == null) {
                pending.awaitUninterruptibly();
            }
            gather();
            return !closing && failure == null;
        } finally {
            lock.unlock();
        }
    }

    /** Lets records come that the store can take in the same batch, unless somebody waits for one of these. */
    private void gather() {
        var until = handedOnNanos + settings.gather().toNanos();
        gathering = true;
        try {
            for (var nanos = until - System.nanoTime();
                    nanos > 0
                            && awaited.isEmpty()
                            && depthRecords() < settings.batchRecords()
                            && depthBytes < settings.batchBytes()
                            && !awake
                            && !closing
                            && failure == null;
                    nanos = until - System.nanoTime()) {
                try {
                    pending.awaitNanos(nanos);
                } catch (InterruptedException e) {
                    LOG.debug("journal={} drainer was interrupted, goes on", settings.name());
                }
            }
        } finally {
            gathering = false;
        }
    }

    /** The records of keys that someone waits for and that a backlog stands before; else the oldest ones. */
    private DrainBatch nextBatch() {
        long from;
        long to;
        long rewindsBefore;
        long[] wanted;
        lock.lock();
        try {
            from = applied + 1;
            to = durable;
            rewindsBefore = rewinds;
            // Every second batch, so that waiting readers cannot keep everything else from being applied.
            wanted = lastWasEarly || to - from < settings.batchRecords() ? new long[0] : awaitedRecords();
            lastWasEarly = wanted.length > 0;
        } finally {
            lock.unlock();
        }
        if (wanted.length > 0) {
            var entries = log.read(wanted, settings.batchBytes());
            return new DrainBatch(entries, entries, true, rewindsBefore);
        }
        var entries = log.read(from, to, settings.batchRecords(), settings.batchBytes());
        return new DrainBatch(entries, withoutEarly(entries), false, rewindsBefore);
    }

    private long[] awaitedRecords() {
        var left = settings.batchRecords();
        var wanted = LongStream.builder();
        for (var key : awaited.sequencedKeySet()) {
            var records = keys.get(key);
            if (records != null) {
                var sequences = records.after(Math.max(applied, records.early()), left);
                LongStream.of(sequences).forEach(wanted);
                left -= sequences.length;
            }
            if (left == 0) {
                break;
            }
        }
        return wanted.build().toArray();
    }

    private List<Entry> withoutEarly(List<Entry> entries) {
        return entries.stream()
                .filter(entry -> {
                    var records = keys.get(entry.key());
                    return records == null || records.early() < entry.sequence();
                })
                .toList();
    }

    private void noteApplied(DrainBatch batch) {
        var entries = batch.entries();
        lock.lock();
        try {
            appliedTotal += batch.toApply().size();
            awake = false;
            if (rewinds != batch.rewindsBefore()) {
                // The store may have lost this batch before it answered; it comes again.
                return;
            }
            if (batch.early()) {
                anyEarly = true;
                for (var entry : entries) {
                    var records = keys.get(entry.key());
                    if (records != null) {
                        records.applyEarly(entry.sequence());
                    }
                }
            } else {
                noteInTurn(entries);
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void noteInTurn(List<Entry> entries) {
        var keysOfBatch = new HashSet<String>();
        var bytes = 0L;
        for (var entry : entries) {
            keysOfBatch.add(entry.key());
            bytes += entry.weight();
        }
        applied = entries.getLast().sequence();
        depthBytes -= bytes;
        // What waits now is as old as this or a little younger.
        oldestMillis = entries.getLast().appendedAt().toEpochMilli();
        var oldest = entries.getFirst().appendedAt().toEpochMilli();
        applications.add(new AppliedBatch(applied, System.nanoTime(), bytes, oldest, keysOfBatch));
        work.signal();
    }

    private void logRefusal(Exception e, List<Entry> batch, Duration pause) {
        if (e instanceof StoreUnavailableException) {
            LOG.warn(
                    "journal={} store unavailable, from={} records={} depth={} pause={} reason={}",
                    settings.name(),
                    batch.getFirst().sequence(),
                    batch.size(),
                    depthRecords(),
                    pause,
                    e.getMessage());
        } else {
            LOG.error(
                    "journal={} batch not applied, from={} records={} pause={}",
                    settings.name(),
                    batch.getFirst().sequence(),
                    batch.size(),
                    pause,
                    e);
        }
    }

    /** Waits between half the pause and all of it, unless told that the store is back. False when closing. */
    private boolean pauseOrStop(Duration pause) {
        var whole = pause.toNanos();
        var nanos = whole / 2 + ThreadLocalRandom.current().nextLong(whole / 2 + 1);
        lock.lock();
        try {
            while (nanos > 0 && !awake && !closing && failure == null) {
                nanos = pending.awaitNanos(nanos);
            }
            awake = false;
            return !closing && failure == null;
        } catch (InterruptedException e) {
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    private static boolean join(Thread thread, Duration limit) {
        var interrupted = false;
        var deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                try {
                    return thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A batch on its way to the store.
     *
     * @param entries all that counts as applied when the store has taken it
     * @param toApply those of them that the store gets: without what was applied before its turn
     * @param early whether this is before its turn
     */
    private record DrainBatch(List<Entry> entries, List<Entry> toApply, boolean early, long rewindsBefore) {}

    /** A batch that the store took: when, how much, and of which keys. */
    private record AppliedBatch(long last, long appliedNanos, long bytes, long oldestMillis, Set<String> keys) {}
}
