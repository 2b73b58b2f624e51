package dev.fourfold.cache.heart;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.Unicode;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;

/** Beats, by the rules of names and times. */
@Singleton
final class BeatService implements BeatOperations {

    private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,255}");
    private static final long SHORTEST_TTL_MILLIS = 1_000;
    private static final long LONGEST_TTL_MILLIS = 86_400_000;
    private static final int LONGEST_WORKER = 250;
    private static final int MOST_AT_ONCE = 1_000;

    /** As many as are marked in one transaction. */
    private static final int SILENT_AT_ONCE = 100;

    private final BeatStore store;

    BeatService(BeatStore store) {
        this.store = store;
    }

    @Override
    public Beaten beat(String runId, Beat beat) {
        checkRunId(runId);
        long ttl = beat.ttlMillis();
        if (ttl < SHORTEST_TTL_MILLIS || ttl > LONGEST_TTL_MILLIS) {
            throw invalid("'ttl_ms' is a whole number from " + SHORTEST_TTL_MILLIS + " to " + LONGEST_TTL_MILLIS
                    + ", not " + ttl + ".");
        }
        String worker = beat.worker();
        if (worker.length() > LONGEST_WORKER
                || !Unicode.isWhole(worker)
                || worker.codePoints().anyMatch(Character::isISOControl)) {
            throw invalid("'worker' has at most " + LONGEST_WORKER + " printable characters.");
        }
        return store.beat(runId, beat);
    }

    @Override
    public StartedHeart start(String runId, StartHeart heart) {
        checkRunId(runId);
        return store.start(runId, heart);
    }

    @Override
    public void adopt(List<RecordedHeart> hearts) {
        checkCount(hearts.size());
        hearts.forEach(heart -> checkRunId(heart.runId()));
        if (!hearts.isEmpty()) {
            store.adopt(hearts);
        }
    }

    @Override
    public Overdue overdue(Watcher watcher) {
        return store.overdue(watcher, SILENT_AT_ONCE);
    }

    @Override
    public HeardHeart read(String runId) {
        checkRunId(runId);
        return store.read(runId);
    }

    @Override
    public void forget(List<HeartNumber> hearts) {
        checkCount(hearts.size());
        if (!hearts.isEmpty()) {
            store.forget(hearts);
        }
    }

    private static void checkRunId(String runId) {
        if (!RUN_ID.matcher(runId).matches()) {
            throw invalid("No run has this id.");
        }
    }

    private static void checkCount(int hearts) {
        if (hearts > MOST_AT_ONCE) {
            throw invalid("There are at most " + MOST_AT_ONCE + " hearts in a request.");
        }
    }

    private static ProblemException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
