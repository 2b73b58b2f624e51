package dev.fourfold.journal;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.journal.tail.Tail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store behind a journal, as a service has it: what is written is acknowledged once it is in the journal and goes to
 * the store from there, and a read of a key waits until what was written under it before is in the store. What goes
 * wrong comes out as the {@link Problem} to answer with.
 */
public final class JournaledStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JournaledStore.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER_FULL = Duration.ofSeconds(10);

    /** How often a waiting read looks whether the store is known to be away. */
    private static final Duration GLANCE = Duration.ofMillis(250);

    /** How long closing waits for what is still in the journal, so that the folder is empty where that is quick. */
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private static final Duration DRAIN_GLANCE = Duration.ofMillis(10);

    private final JournalSettings settings;
    private final Instance instance;
    private final Duration readLimit;
    private final Supplier<String> part;
    private final Journal journal;
    private volatile boolean drains;
    private volatile boolean storeAway;
    private volatile @Nullable Tail tail;

    private JournaledStore(
            JournalSettings settings, Instance instance, Duration readLimit, Supplier<String> part, Journal journal) {
        this.settings = settings;
        this.instance = instance;
        this.readLimit = readLimit;
        this.part = part;
        this.journal = journal;
    }

    /**
     * Opens the journal; nothing goes to the store before {@link #drainTo}.
     *
     * @param settings named for what is kept: {@code metrics} for metrics-svc
     * @param instance which of the service's instances this is: it refuses a run that is another one's, and a folder whose
     *     records another one took
     * @param readLimit how long a read waits for what was written before it
     * @param part what the store is called where it is away
     * @throws JournalException.Foreign where the folder's records are another instance's
     */
    public static JournaledStore open(
            JournalSettings settings, Instance instance, Duration readLimit, Supplier<String> part) {
        var journal = Journal.open(settings);
        try {
            JournalFolder.claim(settings, instance, journal.depthRecords());
            return new JournaledStore(settings, instance, readLimit, part, journal);
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /**
     * Begins to write to the store what is in the journal, from one thread, in large batches: once. A record that cannot
     * be read is logged and left out, as it can never be applied and must not hold up the rest.
     *
     * @param reading makes of a record's bytes what they stand for; {@link IllegalArgumentException} where it cannot
     * @param store applying the same again must change nothing
     */
    public <T> void drainTo(Function<byte[], T> reading, Writing<T> store) {
        drainTimedTo((record, _) -> reading.apply(record), store);
    }

    /** The same where it matters when a record was taken; a record that comes again has the time that it had. */
    public <T> void drainTimedTo(BiFunction<byte[], Instant, T> reading, Writing<T> store) {
        drains = true;
        journal.drainTo(entries -> {
            var batch = new ArrayList<T>(entries.size());
            for (Entry entry : entries) {
                try {
                    batch.add(reading.apply(entry.payload(), entry.appendedAt()));
                } catch (IllegalArgumentException e) {
                    // Written by a newer version perhaps.
                    LOG.error(
                            "journal={} event=record-unreadable record={} run={}",
                            settings.name(),
                            entry.sequence(),
                            entry.key(),
                            e);
                }
            }
            try {
                store.write(batch);
                storeAway = false;
            } catch (StoreUnavailableException e) {
                storeAway = true;
                throw e;
            }
        });
    }

    /**
     * Refuses where the journal is nearly full, with some room to spare for what was admitted already: for a request that
     * writes elsewhere before it comes here, so that a full journal leaves nothing of it half done.
     *
     * @throws dev.fourfold.contract.ProblemException {@code LimitExceeded} where it is, {@code Unavailable} where the run is
     *     another instance's
     */
    public void admit(String key) {
        refuseIfForeign(key);
        if (!JournalStatus.hasRoom(journal.heldBytes(), settings.maxBytes())) {
            throw full().toException();
        }
    }

    /**
     * Takes a record: when this returns it is on disk, and every later {@link #read} of its key sees it.
     *
     * @throws dev.fourfold.contract.ProblemException {@code TooLarge} for a record over the limit of the settings,
     *     {@code LimitExceeded} where the journal is full, {@code Unavailable} where it cannot be written, or the run is
     *     another instance's
     */
    public void append(String key, byte[] record) {
        refuseIfForeign(key);
        if (record.length > settings.maxRecordBytes()) {
            throw new Problem.TooLarge("What is written at once has at most " + settings.maxRecordBytes() + " bytes")
                    .toException();
        }
        try {
            journal.append(key, record);
        } catch (JournalException.Full e) {
            throw full().toException(e);
        } catch (JournalException e) {
            throw new Problem.Unavailable(
                            service(), "The journal of " + settings.name() + " cannot be written", RETRY_AFTER)
                    .toException(e);
        }
    }

    /**
     * Asks the store for something that depends on the keys alone, everything acknowledged included: waits for what is
     * in the journal under these keys, within the read limit. Where the journal is rewound meanwhile it asks again: the
     * store may have forgotten what it gets anew.
     *
     * @throws dev.fourfold.contract.ProblemException {@code Unavailable} where the store is away, the limit is over, or a
     *     run is another instance's
     */
    public <T> T read(Collection<String> keys, Reading<T> reading) {
        checkOwn(keys);
        long deadline = System.nanoTime() + readLimit.toNanos();
        while (true) {
            long rewinds = journal.rewinds();
            for (String key : keys) {
                awaitApplied(key, deadline);
            }
            T found;
            try {
                found = reading.read();
            } catch (StoreUnavailableException e) {
                throw unavailable("The store of " + settings.name() + " does not answer")
                        .toException(e);
            }
            if (journal.rewinds() == rewinds) {
                return found;
            }
        }
    }

    /** Whether the last attempt to write to the store met none; asking costs nothing. */
    public boolean isStoreAway() {
        return storeAway;
    }

    /** Has everything applied again that the store may have lost: for a store that came back. */
    public void rewind() {
        journal.rewind();
    }

    /**
     * Refuses keys that are another instance's, as {@link #append} and {@link #read} do.
     *
     * @throws dev.fourfold.contract.ProblemException {@code Unavailable}
     */
    public void checkOwn(Collection<String> keys) {
        keys.forEach(this::refuseIfForeign);
    }

    /** Begins to remember what is appended, for those who listen as it comes: once. It ends with the journal. */
    public Tail tail(Tail.Settings tailSettings) {
        var made = new Tail(tailSettings, journal.lastSequence());
        journal.follow(made::accept);
        tail = made;
        return made;
    }

    /** What waits in the journal; costs no I/O. */
    public JournalStatus status() {
        return new JournalStatus(
                service(),
                instance.toString(),
                true,
                journal.depthRecords(),
                journal.depthBytes(),
                journal.oldestAge().toMillis(),
                journal.heldBytes(),
                settings.maxBytes(),
                null);
    }

    /**
     * Closes the journal once what is in it is in the store, where that takes no more than a few seconds; what is not is
     * applied after the next opening.
     */
    @Override
    public void close() {
        long deadline = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while (drains && !storeAway && journal.failure() == null && !isDrained() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(DRAIN_GLANCE.toNanos());
        }
        journal.close();
        if (tail != null) {
            tail.close();
        }
    }

    /** Waits for the trimming too where the store loses nothing, as it is a matter of a moment then. */
    private boolean isDrained() {
        return journal.depthRecords() == 0 && (settings.durabilityLag().isPositive() || journal.heldBytes() == 0);
    }

    private void refuseIfForeign(String runId) {
        if (!instance.owns(runId)) {
            throw new Problem.Unavailable(
                            service(),
                            "Run " + runId + " belongs to instance " + Instance.ownerOf(runId, instance.of()) + " of "
                                    + service() + ", and this is " + instance
                                    + ": who asked has another list of instances",
                            RETRY_AFTER)
                    .toException();
        }
    }

    private Problem full() {
        return new Problem.LimitExceeded(
                "The journal of " + settings.name() + " is full: its store is away or too slow", RETRY_AFTER_FULL);
    }

    private String service() {
        return settings.name() + "-svc";
    }

    private void awaitApplied(String key, long deadline) {
        try {
            while (!journal.awaitApplied(key, GLANCE)) {
                if (storeAway) {
                    throw unavailable("The store of " + settings.name()
                                    + " is away; what was logged is kept and will be written")
                            .toException();
                }
                if (System.nanoTime() > deadline) {
                    throw unavailable("What was logged to this run is still on its way to the store of "
                                    + settings.name())
                            .toException();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("Interrupted while waiting for the store of " + settings.name())
                    .toException(e);
        }
    }

    private Problem.Unavailable unavailable(String message) {
        return new Problem.Unavailable(part.get(), message, RETRY_AFTER);
    }

    /** Puts a batch into the store. */
    @FunctionalInterface
    public interface Writing<T> {

        void write(List<T> batch) throws StoreUnavailableException;
    }

    /** Something that the store is asked for. */
    @FunctionalInterface
    public interface Reading<T> {

        T read() throws StoreUnavailableException;
    }
}
