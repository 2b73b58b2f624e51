package dev.fourfold.gateway.answers;

import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets readers who miss the same answer at the same time share one load of it. A load is shared only with readers that
 * asked before it began: all that was acknowledged before they asked was committed by then, so the load sees it, whatever
 * the cache knows of it. Whoever asks while a load runs waits for its end, looks again, and shares the next one where the
 * answer is not kept by then.
 */
final class SharedLoads {

    /** A load that takes longer is waited for no more: each reader then loads by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ConcurrentHashMap<String, Place> places = new ConcurrentHashMap<>();

    /** What is known of a key while anybody reads it. */
    private static final class Place {

        /** Changed by the map's own computations only. */
        private int readings;

        private @Nullable Load latest;
    }

    /** What a reader is to do that found nothing kept. */
    sealed interface Turn {

        /** Load, and {@link Load#end} it in any case. */
        record Lead(Load load) implements Turn {}

        /** Take what another reader loads or has loaded. */
        record Share(Load load) implements Turn {}

        /** Wait for the end of a load that began too early, and look again. */
        record Wait(Load load) implements Turn {}
    }

    /** A load. */
    static final class Load {

        private final long began = System.nanoTime();
        private final CompletableFuture<LoadedAnswer> loaded = new CompletableFuture<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        /** Loads, for whoever shares it too. */
        LoadedAnswer run(Supplier<LoadedAnswer> load) {
            try {
                LoadedAnswer answer = load.get();
                loaded.complete(answer);
                return answer;
            } catch (RuntimeException | Error e) {
                loaded.completeExceptionally(e);
                throw e;
            }
        }

        /** Says that the answer is kept now, where it could be. */
        void end() {
            ended.complete(null);
        }

        /**
         * What was loaded, or the problem that the service answered; empty where the load failed otherwise or takes long,
         * so that the reader loads by itself.
         */
        Optional<LoadedAnswer> result() throws InterruptedException {
            try {
                return Optional.of(loaded.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ProblemException p) {
                    throw p.problem().toException(p);
                }
                return Optional.empty();
            } catch (TimeoutException e) {
                return Optional.empty();
            }
        }

        /** Waits for the end; whether it came in time. */
        boolean awaitEnd() throws InterruptedException {
            try {
                ended.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
                return true;
            } catch (ExecutionException | TimeoutException e) {
                return false;
            }
        }
    }

    /** A reader's stay at a key: from before its lookup until it has its answer. */
    final class Reading implements AutoCloseable {

        private final String key;
        private final long asked = System.nanoTime();
        private final Place place;

        private Reading(String key) {
            this.key = key;
            place = places.compute(key, (_, there) -> {
                Place now = there == null ? new Place() : there;
                now.readings++;
                return now;
            });
        }

        /** What to do now. */
        Turn turn() {
            synchronized (place) {
                Load latest = place.latest;
                if (latest != null && latest.began - asked >= 0) {
                    return new Turn.Share(latest);
                }
                if (latest != null && !latest.ended.isDone()) {
                    return new Turn.Wait(latest);
                }
                var mine = new Load();
                place.latest = mine;
                return new Turn.Lead(mine);
            }
        }

        @Override
        public void close() {
            places.computeIfPresent(key, (_, there) -> --there.readings == 0 ? null : there);
        }
    }

    /** Begins to read. */
    Reading read(String key) {
        return new Reading(key);
    }
}
