package dev.fourfold.metadata.purge;

import java.util.List;

/**
 * The record of purges. A run that is purged is gone here from the moment that {@link #begin} returns, and its id stays
 * taken for ever: what is left to do is to remove its data from the other stores, which whoever holds the clients of all
 * services does by {@link #claim}, {@link #record} and {@link #finish}. Each of its steps may be done again.
 */
public interface PurgeOperations {

    /** How long a claim holds unless it is renewed, in milliseconds. */
    long CLAIM_MILLIS = 15_000;

    /**
     * Purges deleted runs, all or none, in one transaction: their rows are removed, and a tombstone is left for each. A
     * run that is purged already is answered as it is.
     *
     * @return a purge for each run, in the order of the request, without those that were left out
     * @throws dev.fourfold.contract.ProblemException {@code NotFound} for a run that never was; {@code InvalidState} for
     *     one that is not deleted, or not for long enough
     */
    List<RunPurge> begin(PurgeRequest request);

    /** The ids of deleted runs that may be purged, the longest deleted first. */
    List<String> candidates(PurgeCandidates wanted);

    /** The purge of a run, or {@code NotFound}. */
    RunPurge get(String runId);

    /** One page, in the order of run ids; stable while purges are added. */
    PurgePage list(PurgeQuery query);

    /** Which of these runs are purged. */
    List<String> purged(List<String> runIds);

    /**
     * Takes the purge that has waited longest for somebody to go on with it, none where none waits. Nobody else gets it
     * for {@link #CLAIM_MILLIS}.
     *
     * @param worker who takes it: random for each process
     */
    List<RunPurge> claim(String worker);

    /** Keeps a claim for another {@link #CLAIM_MILLIS}; {@code Conflict} where it is somebody else's meanwhile. */
    void renew(String runId, String worker);

    /** Notes what was removed, and answers the purge as it is then; {@code Conflict} as {@link #renew}. */
    RunPurge record(String runId, String worker, PurgeProgress progress);

    /** Ends the claim: somebody goes on later, after a time that grows with every such call. */
    void defer(String runId, String worker, PurgeDelay delay);

    /** Removes what is left of the run here and writes the receipt, once all other stores are done. */
    RunPurge finish(String runId, String worker);
}
