package dev.fourfold.embedded;

import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The H2 backend of mongo-java-server, made durable. By itself it answers a write at once and saves it up to a second
 * later, at a moment when other writes may be half done. Here a write is answered only when it has been saved and
 * synced, one save serving all that wait (a group commit); and no save runs while a command is changing the data, so that
 * what a crash leaves is always whole commands, a document never without its index entries.
 */
final class DurableMongoBackend extends H2Backend {

    private static final Logger LOG = LoggerFactory.getLogger(DurableMongoBackend.class);

    /** Commands that change nothing; every other one is waited for. */
    private static final Set<String> READING = Set.of(
            "buildinfo",
            "collstats",
            "connectionstatus",
            "count",
            "currentop",
            "dbstats",
            "distinct",
            "find",
            "getlasterror",
            "getlog",
            "getmore",
            "getparameter",
            "hello",
            "hostinfo",
            "ismaster",
            "killcursors",
            "listcollections",
            "listdatabases",
            "listindexes",
            "ping",
            "serverstatus",
            "validate",
            "whatsmyuri");

    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final int SAVES_TO_TIDY_AFTER = 100;
    private static final int TIDYING_MILLIS = 200;
    private static final double WORTH_IT = 0.9;

    private final MVStore store;
    private final ReentrantReadWriteLock changing = new ReentrantReadWriteLock(true);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final Condition saved = lock.newCondition();
    private final Thread saver;
    private long askedUpTo;
    private long savedUpTo;
    private int savesSinceTidying;
    private boolean closed;
    private @Nullable RuntimeException failure;

    DurableMongoBackend(MVStore store) {
        super(store);
        this.store = store;
        this.saver = Thread.ofPlatform().name("mongodb-saver").daemon().start(this::save);
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        if (onlyReads(command.toLowerCase(Locale.ROOT), query)) {
            // Without this, pages that a long reading still wants may be overwritten once newer ones were saved.
            var version = store.registerVersionUsage();
            try {
                return super.handleCommand(channel, database, command, query);
            } finally {
                store.deregisterVersionUsage(version);
            }
        }
        Document answer;
        changing.readLock().lock();
        try {
            answer = super.handleCommand(channel, database, command, query);
        } finally {
            changing.readLock().unlock();
        }
        awaitSaved();
        return answer;
    }

    private static boolean onlyReads(String command, Document query) {
        return READING.contains(command) || (command.equals("aggregate") && !writesItsResult(query));
    }

    private static boolean writesItsResult(Document aggregate) {
        return aggregate.get("pipeline") instanceof Collection<?> stages
                && stages.stream()
                        .anyMatch(stage -> stage instanceof Document document
                                && (document.containsKey("$out") || document.containsKey("$merge")));
    }

    private void awaitSaved() {
        lock.lock();
        try {
            var mine = ++askedUpTo;
            asked.signal();
            while (savedUpTo < mine) {
                if (failure != null) {
                    throw new IllegalStateException("The write cannot be saved.", failure);
                }
                if (closed) {
                    throw new IllegalStateException("The server was stopped before the write was saved.");
                }
                saved.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void save() {
        while (true) {
            long upTo;
            lock.lock();
            try {
                while (askedUpTo == savedUpTo && !closed) {
                    if (!asked.await(IDLE.toMillis(), TimeUnit.MILLISECONDS)
                            && savesSinceTidying > SAVES_TO_TIDY_AFTER) {
                        break;
                    }
                }
                if (closed) {
                    return;
                }
                upTo = askedUpTo;
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this thread", e);
            } finally {
                lock.unlock();
            }
            var idle = upTo == savedUpTo;
            @Nullable RuntimeException failed = null;
            try {
                changing.writeLock().lock();
                try {
                    if (idle) {
                        // Each save leaves outdated pages behind; with nobody waiting, the file is made small again.
                        if (!tidy()) {
                            savesSinceTidying = 0;
                        }
                    } else {
                        store.commit();
                        savesSinceTidying++;
                    }
                } finally {
                    changing.writeLock().unlock();
                }
                store.sync();
            } catch (RuntimeException e) {
                LOG.error("store={} cannot save", store, e);
                failed = e;
            }
            lock.lock();
            try {
                if (failed == null) {
                    savedUpTo = upTo;
                }
                failure = failed;
                saved.signalAll();
                if (failed != null) {
                    // H2 closes a store that failed to write: nothing can be saved any more, and every writer is told.
                    return;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether this made the file so much smaller that doing it once more may help. */
    private boolean tidy() {
        var before = store.getFileStore().size();
        var retention = store.getRetentionTime();
        store.compactFile(TIDYING_MILLIS);
        // Compacting sets it to nothing, for good.
        store.setRetentionTime(retention);
        return store.getFileStore().size() < before * WORTH_IT;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            asked.signalAll();
            saved.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            saver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // A reader that ended while a save held H2's lock left its version behind; with nobody about, this lets go of
        // it.
        store.deregisterVersionUsage(store.registerVersionUsage());
        // Saves what is left, and syncs it.
        super.close();
    }
}
