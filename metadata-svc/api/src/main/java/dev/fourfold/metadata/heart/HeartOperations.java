package dev.fourfold.metadata.heart;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose heart is watched. Beats are not told here, only where a heart begins, begins anew, stops or ends. A run that ends by
 * itself (somebody sets another status) loses its heart in the same transaction.
 */
public interface HeartOperations {

    /** The shortest time that may be allowed between two beats. */
    long SHORTEST_TTL_MILLIS = 1_000;

    /** The longest. */
    long LONGEST_TTL_MILLIS = 86_400_000;

    /** The most characters of a worker's name. */
    int LONGEST_WORKER = 250;

    /** The tag of a run that says why it was marked, and what came after. */
    String TAG = "fourfold.heartbeat";

    /**
     * Begins a heart, or begins it anew, under a number greater than any before. A run that was marked because its heart
     * stopped, and is as it was marked, runs again.
     *
     * @throws dev.fourfold.contract.ProblemException {@code NotFound}; {@code InvalidState} for a run that has ended by
     *     itself or is deleted; {@code InvalidArgument}
     */
    BegunHeart begin(String runId, NewHeart heart);

    /** What is recorded; {@code NotFound} where there is no such run. */
    RunHeart get(String runId);

    /** Ends the watching; the run stays as it is. Repeating does nothing; {@code NotFound} where there is no such run. */
    void remove(String runId);

    /**
     * Marks runs whose heart is silent: {@code FAILED}, with the reason as tag. Each only where its heart is still the one
     * of that number, the run has not ended, and nothing was lost for as long as the heart may be silent.
     *
     * @return a verdict for each, in the same order
     */
    List<HeartVerdict> stop(SilentHearts silent);

    /** Hearts that did not stop, in an order that stays the same. @param after where the page before ended */
    HeartPage beating(@Nullable Long after, int limit);

    /**
     * States which start of Redis hears the beats now, null that a beat could not be handed on. Nobody is marked before
     * all were heard by one start, without a loss, for as long as a heart may be silent.
     */
    void watch(@Nullable String incarnation);
}
