package dev.fourfold.gateway.answers;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.calls.SharedCalls;
import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationOperations;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This gateway's copy of the row that says which cached answers may be used. A copy counts for one second from the
 * moment its reading began, and a generation may be used only once it has been seen for a second: by then every other
 * gateway's copy is of that generation too, so no writer goes on without marking.
 */
@Context
@Requires(property = "fourfold.cache.enabled", notEquals = "false")
final class GenerationCopy {

    /** How long a copy counts; the one figure that all gateways must share. */
    static final Duration TERM = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(GenerationCopy.class);
    private static final Duration REFRESH = Duration.ofMillis(250);

    /** How long the cache stays off before somebody tries it again. */
    private static final Duration OFF = Duration.ofSeconds(3);

    /** How long a gateway that sees another Redis than the row names leaves it with the others' first. */
    private static final Duration TURN = Duration.ofSeconds(10);

    /**
     * A copy of the row.
     *
     * @param readAt when its reading began, by {@link System#nanoTime}
     * @param firstSeenAt when the reading that first saw this number ended
     * @param aloneFrom from when on no gateway reads with a copy from before this row: a generation may follow another
     *     whose Redis still lives, and answers
     */
    record Copy(CacheGeneration row, long readAt, long firstSeenAt, long aloneFrom) {

        boolean fresh() {
            return System.nanoTime() - readAt < TERM.toNanos();
        }

        /** The same, read so much later. */
        Copy readLater(long laterNanos) {
            return new Copy(row, readAt + laterNanos, firstSeenAt, aloneFrom);
        }

        /** The view to use for reading and filling, where that is allowed now. */
        Optional<CacheView> usable() {
            return fresh() && System.nanoTime() - firstSeenAt >= TERM.toNanos() ? view() : Optional.empty();
        }

        /** Returns once no gateway reads with a copy from before this row. */
        void awaitAlone() throws InterruptedException {
            long rest = aloneFrom - System.nanoTime();
            if (rest > 0) {
                TimeUnit.NANOSECONDS.sleep(rest);
            }
        }

        /** The view to mark and settle in: that begins at once with a generation. */
        Optional<CacheView> view() {
            String incarnation = row.incarnation();
            return row.enabled() && incarnation != null
                    ? Optional.of(new CacheView(row.number(), incarnation))
                    : Optional.empty();
        }
    }

    /** What is asked of metadata-svc, at most once at a time each. */
    private enum Asking {
        READ,
        SWITCH
    }

    private final CacheGenerationOperations generations;
    private final AnswerOperations answers;
    private final SharedCalls<Asking, Copy> calls = new SharedCalls<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread refresher;
    private volatile @Nullable Copy copy;

    /** The start of Redis that the row named before the one that it names now. */
    private volatile @Nullable String left;

    GenerationCopy(CacheGenerationOperations generations, AnswerOperations answers) {
        this.generations = generations;
        this.answers = answers;
        refresher = Thread.ofVirtual().name("generation-copy").start(this::keepFresh);
    }

    /** The newest copy, fresh or not, without asking anybody; empty before the first. */
    Optional<Copy> latest() {
        return Optional.ofNullable(copy);
    }

    /** A copy that counts now, read at this moment where the newest does not. */
    Copy fresh() {
        Copy now = copy;
        return now != null && now.fresh() ? now : reread();
    }

    /** A copy that counts, or whose reading began after this call did; what fails for one who waits fails for all. */
    Copy reread() {
        long asked = System.nanoTime();
        while (true) {
            var read = calls.join(Asking.READ, this::read);
            if (read.began() - asked >= 0 || read.result().fresh()) {
                return read.result();
            }
        }
    }

    /** Switches the cache off, for everybody a {@link #TERM} after this returns. */
    Copy switchOff() {
        long asked = System.nanoTime();
        while (true) {
            // What began before may have been done before: somebody may have switched it on again since.
            var done = calls.join(Asking.SWITCH, this::switched);
            if (done.began() - asked >= 0) {
                return done.result();
            }
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        closed.countDown();
        refresher.join(Duration.ofSeconds(5));
    }

    private Copy read() {
        long start = System.nanoTime();
        return keep(generations.read(), start);
    }

    private Copy switched() {
        long start = System.nanoTime();
        return keep(generations.switchOff(), start);
    }

    private synchronized Copy keep(CacheGeneration row, long start) {
        Copy before = copy;
        Copy now;
        if (before == null) {
            now = first(row, start);
        } else if (before.row().number() > row.number()) {
            return before;
        } else if (before.row().equals(row)) {
            now = before.readLater(Math.max(0, start - before.readAt()));
        } else {
            now = next(before, row, start);
        }
        copy = now;
        return now;
    }

    private static Copy first(CacheGeneration row, long start) {
        long seen = System.nanoTime();
        return new Copy(row, start, seen, seen + TERM.toNanos());
    }

    private Copy next(Copy before, CacheGeneration row, long start) {
        if (!Objects.equals(before.row().incarnation(), row.incarnation())) {
            left = before.row().incarnation();
        }
        Copy another = first(row, start);
        // While it was off nobody read anything.
        boolean followsOff = !before.row().enabled() && before.row().number() + 1 == row.number();
        return followsOff ? new Copy(row, start, another.firstSeenAt(), before.aloneFrom()) : another;
    }

    private void keepFresh() {
        boolean told = false;
        try {
            do {
                try {
                    advance(reread());
                    told = false;
                } catch (ProblemException e) {
                    if (!told) {
                        LOG.warn("event=cache-unused reason=\"{}\"", e.getMessage());
                        told = true;
                    }
                } catch (RuntimeException e) {
                    // A defect of ours, or what a driver threw: the next turn may do better, and without turns the
                    // cache
                    // would stay unused until the next start.
                    if (!told) {
                        LOG.error("event=cache-unused", e);
                        told = true;
                    }
                }
            } while (!closed.await(REFRESH.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Closed: nothing more to keep fresh.
        }
    }

    /**
     * Begins a new generation where Redis was started again, or has been off for a while. Where the row has just left the
     * Redis that this gateway is linked to, others are linked to its successor: the old one must not take it back at once,
     * or two gateways that see two servers would take turns all the time.
     */
    private void advance(Copy now) {
        String incarnation = answers.incarnation();
        boolean another = !incarnation.equals(now.row().incarnation());
        boolean offLongEnough = !now.row().enabled() && System.nanoTime() - now.firstSeenAt() >= OFF.toNanos();
        boolean first = now.row().incarnation() == null;
        boolean justLeft = incarnation.equals(left) && System.nanoTime() - now.firstSeenAt() < TURN.toNanos();
        if (now.row().enabled() ? another && !justLeft : first || offLongEnough) {
            long start = System.nanoTime();
            CacheGeneration row = generations.advance(now.row().number(), incarnation);
            keep(row, start);
            LOG.info("event=cache-generation number={} enabled={}", row.number(), row.enabled());
        }
    }
}
