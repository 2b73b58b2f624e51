package dev.fourfold.contract.live;

import dev.fourfold.contract.http.RequestThreads;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feed of a service elsewhere. One thread reads, and no further ahead than a few frames: past that the
 * service's own memory is what a slow reader has.
 */
final class StreamedFeed implements LiveFeed {

    private static final Logger LOG = LoggerFactory.getLogger(StreamedFeed.class);

    /** The service says something every five seconds. */
    static final Duration SILENCE = Duration.ofSeconds(20);

    private static final int FRAMES_AHEAD = 4;

    private final DataInputStream in;
    private final LiveFrames.Begin begin;
    private final LinkedBlockingQueue<LiveNews> frames = new LinkedBlockingQueue<>(FRAMES_AHEAD);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread reader;
    private long heardNanos = System.nanoTime();
    private volatile @Nullable LiveNews last;
    private String position;

    /** @param in after the frame that it begins with */
    StreamedFeed(DataInputStream in, LiveFrames.Begin begin) {
        this.in = in;
        this.begin = begin;
        this.position = begin.position();
        this.reader = RequestThreads.start("live-feed", this::read);
    }

    @Override
    public List<String> missed() {
        return begin.missed();
    }

    @Override
    public String position() {
        return begin.position();
    }

    @Override
    public LiveNews next(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            if (closed.get()) {
                return new LiveNews.Ended("It was closed.");
            }
            LiveNews end = last;
            // Every frame that was read before the end is in the queue already.
            LiveNews frame = end != null ? frames.poll() : frames.poll(patience(deadline), TimeUnit.NANOSECONDS);
            if (frame != null) {
                heardNanos = System.nanoTime();
            }
            switch (frame) {
                case LiveNews.Fresh fresh -> {
                    position = fresh.position();
                    return fresh;
                }
                case LiveNews.Quiet quiet -> position = quiet.position();
                case LiveNews.Behind behind -> {
                    return behind;
                }
                case LiveNews.Ended ended -> {
                    return ended;
                }
                case null -> {
                    if (end != null) {
                        return end;
                    }
                    if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
                        return new LiveNews.Ended("The service does not answer.");
                    }
                }
            }
            if (frames.isEmpty() && deadline - System.nanoTime() <= 0) {
                return new LiveNews.Quiet(position);
            }
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            reader.interrupt();
            try {
                in.close();
            } catch (IOException e) {
                LOG.debug("live.feed could not be closed", e);
            }
        }
    }

    /** How long to wait for a frame: short enough to see that it was closed, or that the service is silent. */
    private static long patience(long deadline) {
        return Math.clamp(deadline - System.nanoTime(), 0, TimeUnit.MILLISECONDS.toNanos(500));
    }

    private void read() {
        try {
            LiveNews frame = LiveFrames.next(in);
            while (frame != null) {
                frames.put(frame);
                frame = LiveFrames.next(in);
            }
            last = new LiveNews.Ended("The service ended the stream.");
        } catch (IOException e) {
            LOG.debug("live.feed broken off", e);
            last = new LiveNews.Ended("The service is away.");
        } catch (InterruptedException e) {
            last = new LiveNews.Ended("It was closed.");
        }
    }
}
