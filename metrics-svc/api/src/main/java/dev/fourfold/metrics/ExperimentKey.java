package dev.fourfold.metrics;

import org.jspecify.annotations.Nullable;

/**
 * What points are kept under: an experiment, and the class that says how long they are kept. In every record of this
 * API it stands as its text where an experiment id is asked for: the id alone, or {@code id@class}. A run has one class for
 * good, so its points are all in one place.
 *
 * @param experimentId as metadata-svc gave it
 * @param retentionClass null where points are kept as the store's default has it
 */
public record ExperimentKey(String experimentId, @Nullable String retentionClass) {

    private static final char SEPARATOR = '@';

    /** What a class may be called: 1 to 32 lower-case letters, digits and {@code -}, a letter first. */
    public static boolean isClassName(String name) {
        return isClassName(name, 0);
    }

    /** The form in which it stands for an experiment id. */
    public String text() {
        return retentionClass == null ? experimentId : experimentId + SEPARATOR + retentionClass;
    }

    /** Reads {@link #text} back: only a number may have a class, so that any other id stays what it is. */
    public static ExperimentKey parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 1 || !isClassName(text, separator + 1)) {
            return new ExperimentKey(text, null);
        }
        for (int i = 0; i < separator; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return new ExperimentKey(text, null);
            }
        }
        return new ExperimentKey(text.substring(0, separator), text.substring(separator + 1));
    }

    private static boolean isClassName(String text, int from) {
        if (text.length() <= from || text.length() > from + 32 || text.charAt(from) < 'a' || text.charAt(from) > 'z') {
            return false;
        }
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }
}
