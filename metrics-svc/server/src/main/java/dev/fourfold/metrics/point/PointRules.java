package dev.fourfold.metrics.point;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.Unicode;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be kept at all. The public APIs have stricter rules of their own; these guard the journal and the stores, so
 * that nothing gets in that could not be written or read back.
 */
final class PointRules {

    static final int MAX_NAME_LENGTH = 250;
    static final int MAX_BATCH_POINTS = 100_000;
    static final int MAX_PAGE_POINTS = 50_000;
    static final int MAX_RUNS = SeriesQuery.MAX_RUNS;
    static final int MAX_SAMPLE_POINTS = 2_500;
    static final int MAX_KEYS = 100;
    static final int MIN_SERIES_POINTS = 12;
    static final int MAX_SERIES_POINTS = 10_000;
    static final int MAX_ALL_SERIES_POINTS = SeriesQuery.MAX_POINTS;

    private PointRules() {}

    static void check(PointBatch batch) {
        checkName("experiment id", batch.experimentId());
        checkName("run id", batch.runId());
        if (batch.points().size() > MAX_BATCH_POINTS) {
            throw new Problem.TooLarge("A batch holds at most " + MAX_BATCH_POINTS + " points, not "
                            + batch.points().size())
                    .toException();
        }
        // Mostly the same string again and again.
        @Nullable String checked = null;
        for (Point point : batch.points()) {
            if (!point.key().equals(checked)) {
                checkName("metric key", point.key());
                checked = point.key();
            }
            if (point.timestampMillis() < 0) {
                throw invalid("The timestamp of metric '" + point.key() + "' is negative");
            }
        }
    }

    static void check(RunRef run) {
        checkName("experiment id", run.experimentId());
        checkName("run id", run.runId());
    }

    static void check(HistoryQuery query) {
        checkName("experiment id", query.experimentId());
        checkName("run id", query.runId());
        checkName("metric key", query.key());
        if (query.limit() < 1 || query.limit() > MAX_PAGE_POINTS) {
            throw invalid("A page has 1 to " + MAX_PAGE_POINTS + " points, not " + query.limit());
        }
    }

    static void check(BulkQuery query) {
        check(query.runs(), query.key());
        if (query.limit() < 1 || query.limit() > MAX_PAGE_POINTS) {
            throw invalid("A page has 1 to " + MAX_PAGE_POINTS + " points, not " + query.limit());
        }
    }

    static void check(SampleQuery query) {
        check(query.runs(), query.key());
        if (query.startStep() > query.endStep()) {
            throw invalid("The first step is after the last one");
        }
        if (query.most() < 1 || query.most() > MAX_SAMPLE_POINTS) {
            throw invalid("A sample has 1 to " + MAX_SAMPLE_POINTS + " points of a run, not " + query.most());
        }
    }

    static void check(SeriesQuery query) {
        checkRuns(query.runs().stream()
                .map(run -> new RunRef(run.experimentId(), run.runId()))
                .toList());
        int keys = query.keys().size();
        if (keys < 1 || keys > MAX_KEYS) {
            throw invalid("Points of 1 to " + MAX_KEYS + " metrics can be asked for, not of " + keys);
        }
        query.keys().forEach(key -> checkName("metric key", key));
        if (new HashSet<>(query.keys()).size() < keys) {
            throw invalid("A metric is asked for twice");
        }
        for (RunRange run : query.runs()) {
            if (run.from() > run.to()) {
                throw invalid("The range of run '" + run.runId() + "' ends before it begins");
            }
        }
        if (query.maxPoints() < MIN_SERIES_POINTS || query.maxPoints() > MAX_SERIES_POINTS) {
            throw invalid("A series has at most " + MIN_SERIES_POINTS + " to " + MAX_SERIES_POINTS + " points, not "
                    + query.maxPoints());
        }
        long all = (long) query.runs().size() * keys * query.maxPoints();
        if (all > MAX_ALL_SERIES_POINTS) {
            throw invalid("Runs times metrics times points of each is at most " + MAX_ALL_SERIES_POINTS + ", not " + all
                    + ": ask for fewer points of each, or in several questions");
        }
    }

    static void check(LiveQuery query) {
        int runs = query.runIds().size();
        if (runs < 1 || runs > MAX_RUNS) {
            throw invalid("Points of 1 to " + MAX_RUNS + " runs can be listened to, not of " + runs);
        }
        query.runIds().forEach(runId -> checkName("run id", runId));
        if (new HashSet<>(query.runIds()).size() < runs) {
            throw invalid("A run is asked for twice");
        }
        if (query.keys().size() > MAX_KEYS) {
            throw invalid("At most " + MAX_KEYS + " metrics can be chosen, not "
                    + query.keys().size());
        }
        query.keys().forEach(key -> checkName("metric key", key));
    }

    private static void check(List<RunRef> runs, String key) {
        checkName("metric key", key);
        checkRuns(runs);
    }

    private static void checkRuns(List<RunRef> runs) {
        if (runs.isEmpty() || runs.size() > MAX_RUNS) {
            throw invalid("Points of 1 to " + MAX_RUNS + " runs can be asked for, not of " + runs.size());
        }
        for (RunRef run : runs) {
            checkName("experiment id", run.experimentId());
            checkName("run id", run.runId());
        }
        if (new HashSet<>(runs).size() < runs.size()) {
            throw invalid("A run is asked for twice");
        }
    }

    private static void checkName(String what, String name) {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw invalid("A " + what + " has 1 to " + MAX_NAME_LENGTH + " characters, not " + name.length());
        }
        if (name.indexOf(0) >= 0) {
            throw invalid("A " + what + " must not hold the character NUL");
        }
        if (!Unicode.isWhole(name)) {
            throw invalid("A " + what + " holds half of a character");
        }
    }

    private static RuntimeException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
