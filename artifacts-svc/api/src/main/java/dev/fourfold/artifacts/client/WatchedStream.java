package dev.fourfold.artifacts.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A stream that tells what became of it: its length, whether it failed, and for how long nobody asked it for more. */
final class WatchedStream extends FilterInputStream {

    private volatile boolean failed;
    private volatile boolean ended;
    private volatile boolean reading;
    private volatile long count;
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
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // One thread reads; others only look.
    public int read(byte[] bytes, int offset, int length) throws IOException {
        reading = true;
        try {
            int read = super.read(bytes, offset, length);
            if (read < 0) {
                ended = true;
            } else {
                count += read;
            }
            return read;
        } catch (IOException e) {
            failed = true;
            throw e;
        } finally {
            readNanos = System.nanoTime();
            reading = false;
        }
    }

    /** Whether reading failed. */
    boolean failed() {
        return failed;
    }

    /** Whether it is known by now to be longer or shorter than that; nothing differs from a size below 0. */
    boolean isNot(long size) {
        return size >= 0 && (count > size || (ended && count < size));
    }

    /** How long ago the last read ended; zero while one waits for the giver of the bytes. */
    Duration idle() {
        return reading ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - readNanos);
    }
}
