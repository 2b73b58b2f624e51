package dev.fourfold.gateway.calls;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of which one for each key is under way at most: whoever comes meanwhile waits for its end, and has its result or
 * its failure. So callers do not queue behind a store that answers nobody, each for its own time limit.
 */
public final class SharedCalls<K, T extends @Nullable Object> {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ConcurrentMap<K, UnderWay<T>> underWay = new ConcurrentHashMap<>();

    /**
     * What came of a call.
     *
     * @param began when, by {@link System#nanoTime}
     */
    public record Done<T extends @Nullable Object>(T result, long began) {}

    private record UnderWay<T extends @Nullable Object>(long began, CompletableFuture<T> end) {}

    /**
     * Makes the call, or waits for the one that is under way, which may have begun before this did.
     *
     * @throws ProblemException that of the call, whoever made it
     */
    public Done<T> join(K key, Supplier<T> call) {
        var mine = new UnderWay<>(System.nanoTime(), new CompletableFuture<T>());
        UnderWay<T> others = underWay.putIfAbsent(key, mine);
        return others == null ? lead(key, mine, call) : await(others);
    }

    private Done<T> lead(K key, UnderWay<T> mine, Supplier<T> call) {
        try {
            T result = call.get();
            underWay.remove(key);
            mine.end().complete(result);
            return new Done<>(result, mine.began());
        } catch (RuntimeException | Error e) {
            underWay.remove(key);
            mine.end().completeExceptionally(e);
            throw e;
        }
    }

    private static <T extends @Nullable Object> Done<T> await(UnderWay<T> others) {
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
