package dev.fourfold.logs.line;

import dev.fourfold.contract.Problem;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogQuery;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a line and a search must keep to. */
final class LineRules {

    static final int MOST_LINES = 10_000;
    static final int LONGEST_MESSAGE = 1 << 20;
    static final int LONGEST_FIELDS = 1 << 20;
    static final int LONGEST_NAME = 250;
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
        checkName(line.writer(), "writer", index);
        checkName(line.stream(), "stream", index);
        if (line.sequence() < 0) {
            throw invalid("Line " + index + ": sequence is " + line.sequence() + ", and must be 0 or more");
        }
        if (line.timeNanos() < 0) {
            throw invalid("Line " + index + ": time is " + line.timeNanos() + ", and must be 0 or more");
        }
        checkText(line.message(), "message", index);
        if (utf8Length(line.message()) > LONGEST_MESSAGE) {
            throw new Problem.TooLarge("Line " + index + ": a message has up to " + LONGEST_MESSAGE + " bytes of UTF-8")
                    .toException();
        }
        String fields = line.fields();
        if (fields != null && utf8Length(fields) > LONGEST_FIELDS) {
            throw new Problem.TooLarge("Line " + index + ": fields have up to " + LONGEST_FIELDS + " bytes of UTF-8")
                    .toException();
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

    private static void checkName(String name, String what, int index) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw invalid("Line " + index + ": " + what + " has 1 to " + LONGEST_NAME
                    + " characters and no control characters");
        }
        checkText(name, what, index);
    }

    /** Half a surrogate pair has no UTF-8, and would come back as a question mark. */
    private static void checkText(String text, String what, int index) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw invalid("Line " + index + ": " + what + " is not valid Unicode");
        }
    }

    private static int utf8Length(String text) {
        return text.length() > LONGEST_MESSAGE ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static RuntimeException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
