package dev.fourfold.contract.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer whose giver must not fall silent. The JDK's client has a limit for an answer to begin, and none for
 * the rest of it: a server that stands still in the middle would be waited for without end.
 */
public final class PromptStream extends FilterInputStream {

    private static final ScheduledThreadPoolExecutor WATCH = watch();

    private static final int LOOKS_A_LIMIT = 4;

    private final Duration limit;
    private final Future<?> looking;
    private volatile boolean reading;
    private volatile long readingSinceNanos;
    private volatile boolean silent;

    /** @param limit how long one read may wait for bytes */
    public PromptStream(InputStream in, Duration limit) {
        super(in);
        this.limit = limit;
        long pause = limit.dividedBy(LOOKS_A_LIMIT).toNanos();
        this.looking = WATCH.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.NANOSECONDS);
    }

    /** Answers whose bodies must not fall silent for so long. */
    public static BodyHandler<InputStream> within(Duration limit) {
        return _ -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), body -> new PromptStream(body, limit));
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        readingSinceNanos = System.nanoTime();
        reading = true;
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            if (silent) {
                var late = new HttpTimeoutException("no more of the answer came within " + limit);
                late.initCause(e);
                throw late;
            }
            throw e;
        } finally {
            reading = false;
        }
    }

    @Override
    public void close() throws IOException {
        looking.cancel(false);
        super.close();
    }

    private static ScheduledThreadPoolExecutor watch() {
        var watch = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("silence").factory());
        watch.setRemoveOnCancelPolicy(true);
        return watch;
    }

    /** Closing it wakes up who reads. */
    private void look() {
        if (reading && System.nanoTime() - readingSinceNanos > limit.toNanos()) {
            silent = true;
            try {
                close();
            } catch (IOException e) {
                throw new UncheckedIOException(e); // Ends the looking, which is over anyway.
            }
        }
    }
}
