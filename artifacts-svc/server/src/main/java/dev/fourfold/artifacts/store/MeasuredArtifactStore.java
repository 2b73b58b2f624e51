package dev.fourfold.artifacts.store;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.meters.StoreCalls;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Times what goes to the store, whichever it is. While a file is put, the time in which its sender is waited for does not
 * count; of reading one, the time until its first byte may be read. What clients do with the store by themselves is not
 * seen here.
 */
final class MeasuredArtifactStore implements ArtifactStore {

    private final ArtifactStore store;
    private final StoreCalls calls;
    private final AtomicInteger underWay = new AtomicInteger();

    MeasuredArtifactStore(ArtifactStore store, StoreCalls calls) {
        this.store = store;
        this.calls = calls;
        calls.connections("artifacts", underWay::get);
    }

    @Override
    public void put(ArtifactPath path, InputStream content, long size) {
        var timed = new TimedStream(content);
        measured("put", timed, () -> {
            store.put(path, timed, size);
            return true;
        });
    }

    @Override
    public ArtifactContent get(ArtifactPath path, ByteRange range) {
        return measured("get", TimedStream.NONE, () -> store.get(path, range));
    }

    @Override
    public List<ArtifactEntry> list(ArtifactPath path) {
        return measured("list", TimedStream.NONE, () -> store.list(path));
    }

    @Override
    public boolean delete(ArtifactPath path) {
        return measured("delete", TimedStream.NONE, () -> store.delete(path));
    }

    @Override
    public Optional<DirectTransfers> transfers() {
        return store.transfers();
    }

    @Override
    public StoreStatus status() {
        return store.status();
    }

    private <T> T measured(String operation, TimedStream sender, Supplier<T> call) {
        long begun = System.nanoTime();
        underWay.incrementAndGet();
        try {
            T result = call.get();
            calls.succeeded(operation, System.nanoTime() - begun - sender.waited);
            return result;
        } catch (RuntimeException e) {
            calls.failed(operation, e, System.nanoTime() - begun - sender.waited);
            throw e;
        } finally {
            underWay.decrementAndGet();
        }
    }

    /** Adds up how long its reader waited. */
    private static final class TimedStream extends FilterInputStream {

        static final TimedStream NONE = new TimedStream(InputStream.nullInputStream());

        private volatile long waited;

        TimedStream(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            long begun = System.nanoTime();
            try {
                return super.read();
            } finally {
                add(begun);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long begun = System.nanoTime();
            try {
                return super.read(bytes, offset, length);
            } finally {
                add(begun);
            }
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads a body.
        private void add(long begun) {
            waited += System.nanoTime() - begun;
        }
    }
}
