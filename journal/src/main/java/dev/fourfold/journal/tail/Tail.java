package dev.fourfold.journal.tail;

import dev.fourfold.journal.Entry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The newest records of a journal, in memory, cut into moments. All listeners read the same moments, each at its own
 * place: a listener costs no memory however slow it is, and one that is overtaken by the end of the memory is told so.
 *
 * <p>A position that was told stays good as long as this process lives and what follows it is in memory. Nothing is
 * remembered while nobody has listened for some minutes.
 */
public final class Tail implements AutoCloseable {

    /** A moment is closed early when it has so many bytes. */
    private static final int MOST_BYTES_OF_A_MOMENT = 1 << 20;

    /** What a record takes beside its payload. */
    private static final int RECORD_WEIGHT = 64;

    private final Settings settings;
    private final String process = HexFormat.of().toHexDigits(new SecureRandom().nextLong());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition sealed = lock.newCondition();

    /** By the sequence of the last record of each. */
    private final TreeMap<Long, Moment> moments = new TreeMap<>();

    private Map<String, List<byte[]>> pending = new HashMap<>();
    private long pendingBytes;
    private long bytes;

    /** The last record that was told of. */
    private long told;

    /** The last record that is in a moment, or was left out. */
    private long sealedTo;

    /** All records past this one are in memory. */
    private long forgottenTo;

    private int listeners;
    private boolean remembering;
    private long lastLeftNanos;
    private long lastSealNanos;
    private boolean closed;

    /**
     * How a tail is kept.
     *
     * @param moment how long records are gathered before listeners hear of them; the first after a pause go at once.
     *     Past a hundred listeners it grows with their number, up to three times as long, as each moment costs each of
     *     them something
     * @param maxBytes how much is remembered; past it, the oldest is forgotten
     * @param maxListeners how many may listen at once
     * @param keep how long it goes on remembering when nobody listens any more, so that somebody can come back
     */
    public record Settings(Duration moment, long maxBytes, int maxListeners, Duration keep) {

        private static final int CROWD = 100;
        private static final int LONGEST = 3;

        /** How long a moment lasts for so many. */
        Duration momentFor(int listeners) {
            return moment.multipliedBy(Math.clamp(listeners, CROWD, LONGEST * CROWD))
                    .dividedBy(CROWD);
        }
    }

    /** @param lastSequence the last record that was appended before the tail is told of any */
    public Tail(Settings settings, long lastSequence) {
        this.settings = settings;
        this.told = lastSequence;
        this.sealedTo = lastSequence;
        this.forgottenTo = lastSequence;
        this.lastSealNanos = System.nanoTime() - settings.moment().toNanos();
        Thread.ofVirtual().name("tail-moments").start(this::makeMoments);
    }

    /** Takes records that are durable, in the order of their sequences; returns at once. */
    public void accept(List<Entry> entries) {
        lock.lock();
        try {
            told = entries.getLast().sequence();
            if (closed || !isRemembering()) {
                return;
            }
            boolean first = pending.isEmpty();
            for (Entry entry : entries) {
                pending.computeIfAbsent(entry.key(), _ -> new ArrayList<>()).add(entry.payload());
                pendingBytes += entry.payload().length + RECORD_WEIGHT;
            }
            if (pendingBytes >= MOST_BYTES_OF_A_MOMENT) {
                seal();
            } else if (first) {
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins to listen. What is appended after this call has returned is heard, and some of what was appended before.
     *
     * @param keys whose records are wanted
     * @param after the position of a listener before this one, or null
     * @return nothing where there are too many already
     */
    public Optional<Listener> listen(Set<String> keys, @Nullable String after) {
        lock.lock();
        try {
            if (listeners >= settings.maxListeners()) {
                return Optional.empty();
            }
            listeners++;
            remembering = true;
            long place = place(after);
            return Optional.of(
                    new Listener(Set.copyOf(keys), place < 0 ? sealedTo : place, after == null || place >= 0));
        } finally {
            lock.unlock();
        }
    }

    /** How many listen now. */
    public int listeners() {
        lock.lock();
        try {
            return listeners;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all listeners, when they have heard what there is. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (!pending.isEmpty()) {
                seal();
            }
            arrived.signalAll();
            sealed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A position's sequence, or -1 where what follows it is not known. */
    private long place(@Nullable String position) {
        if (position == null || !position.matches("[0-9a-f]{16}-[0-9]{1,18}") || !position.startsWith(process)) {
            return -1;
        }
        long sequence = Long.parseLong(position, process.length() + 1, position.length(), 10);
        return sequence >= forgottenTo && sequence <= sealedTo ? sequence : -1;
    }

    private String position(long sequence) {
        return process + "-" + sequence;
    }

    private boolean isRemembering() {
        if (listeners == 0
                && System.nanoTime() - lastLeftNanos > settings.keep().toNanos()) {
            remembering = false;
        }
        if (!remembering) {
            moments.clear();
            pending.clear();
            bytes = 0;
            pendingBytes = 0;
            sealedTo = told;
            forgottenTo = told;
        }
        return remembering;
    }

    private void makeMoments() {
        lock.lock();
        try {
            while (!closed) {
                long nanos = lastSealNanos + settings.momentFor(listeners).toNanos() - System.nanoTime();
                if (pending.isEmpty()) {
                    arrived.await();
                } else if (nanos > 0) {
                    arrived.awaitNanos(nanos);
                } else {
                    seal();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody has a reason to interrupt this thread", e);
        } finally {
            lock.unlock();
        }
    }

    private void seal() {
        var moment = new Moment(pendingBytes);
        pending.forEach((key, payloads) ->
                moment.records.put(key, new Records(payloads, length -> grow(moment, length))));
        moments.put(told, moment);
        bytes += pendingBytes;
        pending = new HashMap<>();
        pendingBytes = 0;
        sealedTo = told;
        lastSealNanos = System.nanoTime();
        forgetOldest();
        sealed.signalAll();
    }

    private void grow(Moment moment, int length) {
        lock.lock();
        try {
            if (moment.held) {
                moment.bytes += length;
                bytes += length;
                forgetOldest();
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetOldest() {
        while (bytes > settings.maxBytes() && moments.size() > 1) {
            var oldest = moments.pollFirstEntry();
            forgottenTo = oldest.getKey();
            bytes -= oldest.getValue().bytes;
            oldest.getValue().held = false;
        }
    }

    /** What came in a short while; guarded by the lock, but for the records. */
    private static final class Moment {

        private final Map<String, Records> records = new HashMap<>();
        private long bytes;
        private boolean held = true;

        private Moment(long bytes) {
            this.bytes = bytes;
        }
    }

    /** One reader's place; for one thread, but for {@link #close}. */
    public final class Listener implements AutoCloseable {

        private final Set<String> keys;
        private final boolean complete;
        private long place;
        private boolean left;

        private Listener(Set<String> keys, long place, boolean complete) {
            this.keys = keys;
            this.place = place;
            this.complete = complete;
        }

        /** Whether everything since the position that was given will be heard; true where none was given. */
        public boolean complete() {
            return complete;
        }

        /** Where it is. */
        public String position() {
            lock.lock();
            try {
                return Tail.this.position(place);
            } finally {
                lock.unlock();
            }
        }

        /** What comes next, as soon as there is something. */
        public Heard next(Duration wait) throws InterruptedException {
            long nanos = wait.toNanos();
            lock.lock();
            try {
                while (true) {
                    if (left) {
                        return new Heard.Ended();
                    }
                    if (place < forgottenTo) {
                        return new Heard.Behind();
                    }
                    for (var next = moments.higherEntry(place); next != null; next = moments.higherEntry(place)) {
                        place = next.getKey();
                        var news = chosen(next.getValue().records);
                        if (!news.isEmpty()) {
                            return new Heard.News(Tail.this.position(place), news);
                        }
                    }
                    if (closed) {
                        return new Heard.Ended();
                    }
                    if (nanos <= 0) {
                        return new Heard.Quiet(Tail.this.position(place));
                    }
                    nanos = sealed.awaitNanos(nanos);
                }
            } finally {
                lock.unlock();
            }
        }

        /** May be called by another thread than the one that listens, and more than once. */
        @Override
        public void close() {
            lock.lock();
            try {
                if (!left) {
                    left = true;
                    listeners--;
                    lastLeftNanos = System.nanoTime();
                    sealed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        private Map<String, Records> chosen(Map<String, Records> records) {
            var chosen = new HashMap<String, Records>();
            for (String key : keys) {
                Records one = records.get(key);
                if (one != null) {
                    chosen.put(key, one);
                }
            }
            return chosen;
        }
    }
}
