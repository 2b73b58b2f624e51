package dev.fourfold.metadata.purge;

import dev.fourfold.contract.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What can be wrong with a purge. */
public final class PurgeProblems {

    private PurgeProblems() {}

    /** No run of that id was purged. */
    public static Problem notPurged(String runId) {
        return new Problem.NotFound("There is no purge of a run with id=" + runId);
    }

    /** A run that nobody deleted. */
    public static Problem notDeleted(String runId) {
        return new Problem.InvalidState("Run " + runId + " is not deleted, and only deleted runs can be purged.");
    }

    /** A run that was deleted a moment ago. */
    public static Problem tooYoung(String runId, long deletedTimeMillis, Duration leastAge) {
        Instant from = Instant.ofEpochMilli(deletedTimeMillis).plus(leastAge).truncatedTo(ChronoUnit.SECONDS);
        return new Problem.InvalidState("Run " + runId + " was deleted at "
                + Instant.ofEpochMilli(deletedTimeMillis).truncatedTo(ChronoUnit.SECONDS)
                + ": it can be restored, and be purged after " + from + ".");
    }

    /** Somebody else goes on with it. */
    public static Problem notYours(String runId) {
        return new Problem.Conflict("The purge of run " + runId + " is not this worker's.");
    }
}
