package dev.fourfold.metadata.purge;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps tombstones, and the work that is left for them. What is committed when a method returns is seen by every later
 * call on any instance; times are the store's own. Problems are those of {@link PurgeProblems}, and {@code Unavailable}
 * where the store is away.
 */
public interface PurgeStore {

    /**
     * Removes deleted runs and leaves their tombstones, all or none; one that is purged already is answered as it is.
     *
     * @param leastAge how long each must have been deleted
     * @param settle how long from now on nobody can claim them
     */
    List<RunPurge> begin(PurgeRequest request, Duration leastAge, Duration settle);

    /** Deleted runs of experiments, the longest deleted first. */
    List<String> candidates(List<Long> experimentIds, Duration leastAge, int limit);

    /** The tombstone of a run. */
    Optional<RunPurge> find(String runId);

    /** Tombstones in the order of run ids. */
    List<RunPurge> list(PurgeQuery query);

    /** Which of these have a tombstone. */
    List<String> purged(List<String> runIds);

    /** Claims the one that is due longest; of callers at the same time each gets another one. */
    Optional<RunPurge> claim(String worker, Duration hold);

    /** Notes progress and holds the claim; empty where it is not this worker's. */
    Optional<RunPurge> record(String runId, String worker, PurgeProgress progress, Duration hold);

    /** Ends the claim until later; does nothing where it is not this worker's. */
    void defer(String runId, String worker, String problem, Duration first, Duration longest);

    /** Removes some of what is left of the run in the other tables; answers how many rows. */
    long removeSome(String runId, int limit);

    /** Writes the receipt and ends the claim; empty where it is not this worker's, or other stores are not done. */
    Optional<RunPurge> finish(String runId, String worker, long rows);
}
