package dev.fourfold.logs.line;

import dev.fourfold.contract.Problem;
import dev.fourfold.logs.LineLimits;
import dev.fourfold.logs.LinePosition;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogQuery;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** What a line and a search must keep to. */
final class LineRules {

    static final int MOST_LINES = 10_000;
    static final int LARGEST_PAGE = 10_000;
    static final int MOST_RUNS = 1_000;
    static final int MOST_LISTENED = 100;
    static final int MOST_INTERVALS = 10_000;
    private static final int LONGEST_TEXT = 1_000;
    private static final int LARGEST_FILTER = 200;
    private static final int DEEPEST_FILTER = 20;

    /** MLflow's rule for run ids. */
    private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9][\\w\\-]{0,255}");

    private LineRules() {}

    static void check(LogBatch batch) {
        checkRun(batch.runId());
        if (batch.lines().size() > MOST_LINES) {
            throw invalid("A request has up to " + MOST_LINES + " lines, not "
                    + batch.lines().size());
        }
        for (int i = 0; i < batch.lines().size(); i++) {
            check(batch.lines().get(i), i);
        }
    }

    static void check(LogQuery query) {
        checkRuns(query.runIds());
        if (query.limit() < 1 || query.limit() > LARGEST_PAGE) {
            throw invalid("A page has 1 to " + LARGEST_PAGE + " lines, not " + query.limit());
        }
        check(query.filter());
        LinePosition.fromCursor(query.cursor());
    }

    static void check(LogCountQuery query) {
        checkRuns(query.runIds());
        check(query.filter());
        if (query.intervalNanos() < 1 || query.toNanos() <= query.fromNanos() || query.fromNanos() < 0) {
            throw invalid(
                    "An interval is longer than nothing, and a count's end is after its beginning, which is 0 or more");
        }
        if ((query.toNanos() - query.fromNanos() - 1) / query.intervalNanos() >= MOST_INTERVALS) {
            throw invalid("There are up to " + MOST_INTERVALS + " intervals: take longer ones");
        }
    }

    static void check(LiveLogQuery query) {
        int runs = query.runIds().size();
        if (runs < 1 || runs > MOST_LISTENED) {
            throw invalid("Lines of 1 to " + MOST_LISTENED + " runs can be listened to, not of " + runs);
        }
        query.runIds().forEach(LineRules::checkRun);
        if (new HashSet<>(query.runIds()).size() < runs) {
            throw invalid("A run is asked for twice");
        }
        check(query.filter());
    }

    static void checkRuns(List<String> runIds) {
        if (runIds.isEmpty() || runIds.size() > MOST_RUNS) {
            throw invalid("1 to " + MOST_RUNS + " runs can be searched at once, not " + runIds.size());
        }
        runIds.forEach(LineRules::checkRun);
    }

    private static void check(LogFilter filter) {
        if (size(filter, 0) > LARGEST_FILTER) {
            throw invalid("A filter has up to " + LARGEST_FILTER + " conditions");
        }
        LineMatch.of(filter);
    }

    /** How many conditions a filter has; stops where they are too many, or nested too deep. */
    private static int size(LogFilter filter, int depth) {
        if (depth > DEEPEST_FILTER) {
            throw invalid("A filter's conditions are nested up to " + DEEPEST_FILTER + " deep");
        }
        return switch (filter) {
            case LogFilter.All all ->
                1 + all.of().stream().mapToInt(one -> size(one, depth + 1)).sum();
            case LogFilter.Any any ->
                1 + any.of().stream().mapToInt(one -> size(one, depth + 1)).sum();
            case LogFilter.Not not -> 1 + size(not.of(), depth + 1);
            case LogFilter.MinimumLevel _, LogFilter.Rank _ -> 1;
            case LogFilter.Text text -> {
                if (text.text().length() > LONGEST_TEXT || text.field().length() > LONGEST_TEXT) {
                    throw invalid("The text to look for has up to " + LONGEST_TEXT + " characters");
                }
                yield 1;
            }
        };
    }

    private static void check(LogLine line, int index) {
        LineLimits.problemOf(line, "Line " + index + ": ").ifPresent(problem -> {
            throw problem.toException();
        });
        String fields = line.fields();
        if (fields != null && !LineFields.areAnObject(fields)) {
            throw invalid("Line " + index + ": fields are one JSON object");
        }
    }

    static void checkRun(String runId) {
        if (!RUN_ID.matcher(runId).matches()) {
            throw invalid("'"
                    + runId.codePoints()
                            .limit(80)
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    + "' is not a run id");
        }
    }

    private static RuntimeException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
