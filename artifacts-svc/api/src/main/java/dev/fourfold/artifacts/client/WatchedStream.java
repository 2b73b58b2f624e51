package dev.fourfold.artifacts.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A stream that tells whether it failed itself, and for how long nobody has asked it for more. */
final class WatchedStream extends FilterInputStream {

    private volatile @Nullable IOException failure;
    private volatile boolean reading;
    private volatile long readNanos = System.nanoTime();

    WatchedStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        reading = true;
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        } finally {
            readNanos = System.nanoTime();
            reading = false;
        }
    }

    /** Why reading failed, if it did. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** How long ago the last read ended; zero while one waits for the giver of the bytes. */
    Duration idle() {
        return reading ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - readNanos);
    }
}
