package dev.fourfold.metadata.heart;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps hearts, each with its run in one transaction; times are the store's own where none is given. What is committed when
 * a method returns is seen by every later call on any instance. Problems are those of {@link HeartOperations}, and {@code
 * Unavailable} where the store is away.
 */
public interface HeartStore {

    /** Begins a heart of a run that may have one; a run that is as {@link #stop} left it runs again. */
    BegunHeart begin(String runId, NewHeart heart);

    /** A run and its heart. */
    Optional<RunHeart> find(String runId);

    /** Removes a heart; whether there is such a run. */
    boolean remove(String runId);

    /** Marks runs, a verdict for each in the same order. */
    List<HeartVerdict> stop(SilentHearts silent);

    /** Hearts that did not stop. */
    HeartPage beating(@Nullable Long after, int limit);

    /** Notes which start of Redis is listened to, and when that was last another, or a beat was lost (null). */
    void watch(@Nullable String incarnation);
}
