package dev.fourfold.logs.line;

import dev.fourfold.contract.Problem;
import dev.fourfold.logs.LineLimits;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogQuery;
import java.util.regex.Pattern;

/** What a line and a search must keep to. */
final class LineRules {

    static final int MOST_LINES = 10_000;
    static final int LARGEST_PAGE = 10_000;
    private static final int LONGEST_TEXT = 1_000;

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
        checkRun(query.runId());
        if (query.limit() < 1 || query.limit() > LARGEST_PAGE) {
            throw invalid("A page has 1 to " + LARGEST_PAGE + " lines, not " + query.limit());
        }
        String text = query.text();
        if (text != null && text.length() > LONGEST_TEXT) {
            throw invalid("The text to look for has up to " + LONGEST_TEXT + " characters");
        }
    }

    private static void check(LogLine line, int index) {
        LineLimits.problemOf(line, "Line " + index + ": ").ifPresent(problem -> {
            throw problem.toException();
        });
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
