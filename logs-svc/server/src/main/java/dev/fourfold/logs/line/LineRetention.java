package dev.fourfold.logs.line;

import dev.fourfold.journal.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The end of lines in a {@link LineStore}. What is old is decided by when lines were received, never by the times that
 * clients gave them; lines go by the bucket, once the last of it that came is old.
 */
public interface LineRetention {

    /** The class of runs that have none. */
    String DEFAULT = "default";

    /** What a sweep removed. */
    record Swept(long buckets, long lines) {}

    /**
     * Runs that may have lines which were received before a time.
     *
     * @param retentionClass of these runs
     * @param own which runs are asked about
     * @param most how many at most; more come once these are swept
     */
    List<String> due(String retentionClass, Instant before, Predicate<String> own, int most)
            throws StoreUnavailableException;

    /**
     * Removes buckets of a run that nothing was received for since a time, in memory that does not grow with them: all, or so
     * many that the run is still due. Called by the thread that writes, which does nothing else meanwhile. One that was cut
     * short is finished by repeating it; readers find what is left.
     */
    Swept sweep(String runId, Instant before) throws StoreUnavailableException;

    /**
     * Has the store itself remove buckets that nobody swept, later than {@link #sweep} does; classes that are not named are
     * not removed any more.
     *
     * @return whether the store does: known some time after it was asked first, so ask again
     */
    boolean expire(Map<String, Duration> classes) throws StoreUnavailableException;
}
