package dev.fourfold.metadata.experiment;

import dev.fourfold.metadata.text.Texts;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** The number inside an experiment id, read as Python's {@code int()} reads it, which is what MLflow does. */
public final class ExperimentNumber {

    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*");
    private static final int MAX_DIGITS = 1000;

    private ExperimentNumber() {}

    /** The number; {@code NotFound} for one that no experiment can have, {@code InvalidArgument} for no number. */
    public static long of(String experimentId) {
        var trimmed = experimentId.strip();
        if (trimmed.length() > MAX_DIGITS || !WHOLE_NUMBER.matcher(trimmed).matches()) {
            throw Texts.invalid("Invalid experiment ID '" + experimentId + "'. Experiment ID must be a valid integer.");
        }
        var number = new BigInteger(trimmed.replace("_", ""));
        if (number.bitLength() >= Long.SIZE) {
            throw ExperimentProblems.notFound(experimentId);
        }
        return number.longValue();
    }
}
