package dev.fourfold.contract.http;

import io.micronaut.core.propagation.PropagatedContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body without an end that is known, piece by piece from a source that may block: a piece is asked for when its reader
 * can take it, so little is gathered for a slow one. The source is closed when the reader leaves.
 */
public final class PulledBody implements Publisher<byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(PulledBody.class);

    /** Micronaut asks for some sixty pieces ahead of the connection, whatever their length: long ones are cut. */
    private static final int LONGEST_PIECE = 8 << 10;

    private final Source source;
    private final Duration stallLimit;

    /** Of the request that is answered; whoever subscribes may be in a thread of the server's. */
    private final PropagatedContext context = PropagatedContext.getOrEmpty();

    /** Where the pieces come from. */
    public interface Source extends AutoCloseable {

        /** The next piece; null at the end. Waits for it, and is interrupted when the reader leaves. */
        byte @Nullable [] next() throws InterruptedException;

        @Override
        void close();
    }

    /** @param stallLimit how long a reader may take nothing before it is given up, and its connection with it */
    public PulledBody(Source source, Duration stallLimit) {
        this.source = source;
        this.stallLimit = stallLimit;
    }

    /** Serves one reader. */
    @Override
    public void subscribe(Subscriber<? super byte[]> reader) {
        var pull = new Pull(reader);
        reader.onSubscribe(pull);
        Thread.ofVirtual().name("pulled-body").start(context.wrap(pull::run));
    }

    /** What one reader has asked for, and the thread that serves it. */
    private final class Pull implements Subscription {

        private final Subscriber<? super byte[]> reader;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition asked = lock.newCondition();
        private long demand;
        private boolean left;
        private @Nullable Thread thread;

        private Pull(Subscriber<? super byte[]> reader) {
            this.reader = reader;
        }

        @Override
        public void request(long pieces) {
            lock.lock();
            try {
                demand = demand + pieces < 0 ? Long.MAX_VALUE : demand + pieces;
                asked.signal();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                left = true;
                if (thread != null) {
                    thread.interrupt();
                }
                asked.signal();
            } finally {
                lock.unlock();
            }
        }

        private void run() {
            lock.lock();
            try {
                thread = Thread.currentThread();
            } finally {
                lock.unlock();
            }
            try (var pieces = source) {
                byte[] piece = {};
                int given = 0;
                while (awaitDemand()) {
                    if (given == piece.length) {
                        given = 0;
                        piece = pieces.next();
                        if (piece == null) {
                            reader.onComplete();
                            return;
                        }
                    }
                    int end = Math.min(piece.length, given + LONGEST_PIECE);
                    reader.onNext(given == 0 && end == piece.length ? piece : Arrays.copyOfRange(piece, given, end));
                    given = end;
                }
            } catch (InterruptedException e) {
                LOG.debug("pulled.body reader left", e);
            } catch (RuntimeException | Error e) {
                // An error too: whoever heard nothing any more would wait for good.
                LOG.error("pulled.body source failed", e);
                reader.onError(e);
            } finally {
                lock.lock();
                try {
                    thread = null;
                } finally {
                    lock.unlock();
                }
            }
        }

        /** False where nobody reads any more. */
        private boolean awaitDemand() throws InterruptedException {
            long nanos = stallLimit.toNanos();
            lock.lock();
            try {
                while (demand == 0 && !left) {
                    if (nanos <= 0) {
                        left = true;
                        LOG.info("pulled.body reader took nothing for {}", stallLimit);
                        break;
                    }
                    nanos = asked.awaitNanos(nanos);
                }
                if (!left) {
                    demand--;
                    return true;
                }
                if (nanos > 0) {
                    return false;
                }
            } finally {
                lock.unlock();
            }
            reader.onError(new IllegalStateException("The reader took nothing for " + stallLimit));
            return false;
        }
    }
}
