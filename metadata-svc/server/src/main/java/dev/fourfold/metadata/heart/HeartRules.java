package dev.fourfold.metadata.heart;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.heart.SilentHearts.SilentHeart;
import dev.fourfold.metadata.run.RunStatus;
import dev.fourfold.metadata.text.Texts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What hearts may be, and what the tag of a run says of its own. */
public final class HeartRules {

    private HeartRules() {}

    static NewHeart checked(NewHeart heart) {
        long ttl = heart.ttlMillis();
        if (ttl < HeartOperations.SHORTEST_TTL_MILLIS || ttl > HeartOperations.LONGEST_TTL_MILLIS) {
            throw Texts.invalid("'ttl_ms' is a whole number from " + HeartOperations.SHORTEST_TTL_MILLIS + " to "
                    + HeartOperations.LONGEST_TTL_MILLIS + ", not " + ttl + ".");
        }
        return new NewHeart(ttl, Texts.cut(HeartOperations.LONGEST_WORKER, Texts.storable("worker", heart.worker())));
    }

    /** Whether a run in this status is over, and has no heart. */
    public static boolean isOver(RunStatus status) {
        return switch (status) {
            case RUNNING, SCHEDULED -> false;
            case FINISHED, FAILED, KILLED -> true;
        };
    }

    /** A run that ended by itself. */
    public static Problem over(String runId, RunStatus status) {
        return new Problem.InvalidState("The run " + runId + " has ended as " + status + ": it has no heart.");
    }

    /** Why a run is marked. */
    public static String stopped(SilentHeart silent, long ttlMillis) {
        String since = time(silent.sinceMillis());
        String reason = silent.heard()
                ? "stopped: no heartbeat since " + since + " (" + duration(ttlMillis) + " allowed)"
                : "stopped: no heartbeat within " + duration(ttlMillis) + " from " + since
                        + ", when Redis had forgotten earlier ones";
        return silent.worker().isEmpty() ? reason : reason + ", last worker " + silent.worker();
    }

    /** A run that was marked beats again. */
    public static String resumed(long nowMillis, long silentSinceMillis) {
        return "resumed at " + time(nowMillis) + ", after no heartbeat since " + time(silentSinceMillis);
    }

    /** Somebody set the status of a run that was marked. */
    public static String overruled(RunStatus status, long nowMillis, long silentSinceMillis) {
        return "set to " + status + " by a client at " + time(nowMillis) + ", after no heartbeat since "
                + time(silentSinceMillis);
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String duration(long millis) {
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
