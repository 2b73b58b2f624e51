package dev.fourfold.metadata.text;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.Unicode;

/** Checks that hold for every text that is stored. Lengths count code points, as MLflow does. */
public final class Texts {

    private static final String SEE_DOCS = " See the API docs for more information about request parameters.";

    private Texts() {}

    /**
     * The text itself, where PostgreSQL can keep it.
     *
     * @param parameter how the caller calls it
     */
    public static String storable(String parameter, String text) {
        if (!isStorable(text)) {
            throw invalid("Invalid value for parameter '" + parameter
                    + "' supplied: it must not contain the character NUL or half of a surrogate pair.");
        }
        return text;
    }

    /** Whether the text can be kept, and so whether anything of that name can exist. */
    public static boolean isStorable(String text) {
        return text.indexOf(0) < 0 && Unicode.isWhole(text);
    }

    /** A storable text that is not empty. */
    public static String required(String parameter, String text) {
        if (text.isEmpty()) {
            throw invalid("Missing value for required parameter '" + parameter + "'." + SEE_DOCS);
        }
        return storable(parameter, text);
    }

    /** The text itself, where it is no longer than allowed. */
    public static String atMost(int limit, String parameter, String text) {
        if (longerThan(limit, text)) {
            throw invalid("'" + parameter + "' exceeds the maximum length of " + limit + " characters");
        }
        return text;
    }

    /** As much of the text as is allowed. */
    public static String cut(int limit, String text) {
        return longerThan(limit, text) ? text.substring(0, text.offsetByCodePoints(0, limit)) : text;
    }

    /** The caller's mistake, with MLflow's message. */
    public static ProblemException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }

    private static boolean longerThan(int limit, String text) {
        return text.length() > limit && text.codePointCount(0, text.length()) > limit;
    }
}
