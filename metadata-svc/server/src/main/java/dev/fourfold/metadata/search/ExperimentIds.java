package dev.fourfold.metadata.search;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** Ids of experiments: numbers that travel as texts. */
final class ExperimentIds {

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*");

    private static final int MOST_DIGITS = 1000;

    private ExperimentIds() {}

    /** The id without sign and leading zeros. */
    static String canonical(String id) {
        var stripped = id.strip();
        if (stripped.length() > MOST_DIGITS || !NUMBER.matcher(stripped).matches()) {
            throw Refusal.because("Invalid experiment ID '" + id + "'. Experiment ID must be a valid integer.");
        }
        return new BigInteger(stripped.replace("_", "")).toString();
    }

    /** The id as a number; no experiment has the id -1, so that stands for all that fit in no long. */
    static long number(String id) {
        var number = new BigInteger(canonical(id));
        return number.bitLength() < Long.SIZE ? number.longValue() : -1;
    }
}
