package dev.fourfold.gateway.answers;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * A call that is under way once at most: whoever comes meanwhile waits for its end, and has its result or its failure.
 * So callers do not queue behind a store that answers nobody, each for its own time limit.
 */
final class SharedCall<T> {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Supplier<T> call;
    private final AtomicReference<UnderWay<T>> underWay = new AtomicReference<>();

    SharedCall(Supplier<T> call) {
        this.call = call;
    }

    /**
     * What came of a call.
     *
     * @param began when, by {@link System#nanoTime}
     */
    record Done<T>(T result, long began) {}

    private record UnderWay<T>(long began, CompletableFuture<T> end) {}

    /** Makes the call, or waits for the one that is under way, which may have begun before this did. */
    Done<T> join() {
        var mine = new UnderWay<>(System.nanoTime(), new CompletableFuture<T>());
        UnderWay<T> others = underWay.compareAndExchange(null, mine);
        return others == null ? lead(mine) : await(others);
    }

    private Done<T> lead(UnderWay<T> mine) {
        try {
            T result = call.get();
            underWay.set(null);
            mine.end().complete(result);
            return new Done<>(result, mine.began());
        } catch (RuntimeException | Error e) {
            underWay.set(null);
            mine.end().completeExceptionally(e);
            throw e;
        }
    }

    private static <T> Done<T> await(UnderWay<T> others) {
        try {
            return new Done<>(others.end().get(), others.began());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProblemException p) {
                throw p.problem().toException(p);
            }
            throw new IllegalStateException("Failed for another who asked at the same time", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.Unavailable("gateway", "Interrupted while waiting", RETRY_AFTER).toException(e);
        }
    }
}
