package dev.fourfold.metadata.text;

import java.util.ArrayList;
import java.util.List;

/** MLflow's rule for the keys of metrics, params and tags. */
public final class Keys {

    /** The most code points that a key may have. */
    public static final int MAX_LENGTH = 250;

    private static final String BAD_CHARACTER =
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and"
                    + " slashes (/).";
    private static final String BAD_PATH =
            "Names may be treated as files in certain cases, and must not resolve to other names when treated as such."
                    + " This name would resolve to ";

    private Keys() {}

    /**
     * Refuses a key of other characters, or one that would name another file if it were a path.
     *
     * @param parameter how the caller calls it
     */
    public static void check(String parameter, String key) {
        if (isPlain(key)) {
            return;
        }
        if (!key.codePoints().allMatch(Keys::allowed)) {
            throw Texts.invalid(refusal(parameter, key, BAD_CHARACTER));
        }
        checkPath(parameter, key);
    }

    /**
     * Refuses only a key that would name another file if it were a path.
     *
     * @param parameter how the caller calls it
     */
    public static void checkPath(String parameter, String key) {
        var normal = normalized(key);
        if (!normal.equals(key) || normal.equals(".") || normal.startsWith("..") || normal.startsWith("/")) {
            throw Texts.invalid(refusal(parameter, key, BAD_PATH + Python.literal(normal)));
        }
    }

    private static String refusal(String parameter, String key, String why) {
        return "Invalid value " + Python.json(key) + " for parameter '" + parameter + "' supplied: " + why;
    }

    /** Whether both rules hold at a glance, as they do for nearly every key: a batch has hundreds. */
    private static boolean isPlain(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            if (!plain) {
                return false;
            }
        }
        return !key.isEmpty();
    }

    private static boolean allowed(int c) {
        return switch (c) {
            case '/', '_', '.', '-', ' ', ':' -> true;
            default ->
                Character.isLetter(c)
                        || switch (Character.getType(c)) {
                            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
                                true;
                            default -> false;
                        };
        };
    }

    /** The path without empty, "." and ".." segments; two leading slashes stay two, as POSIX has it. */
    private static String normalized(String path) {
        int slashes = 0;
        while (slashes < path.length() && path.charAt(slashes) == '/') {
            slashes++;
        }
        var root = slashes == 0 ? "" : slashes == 2 ? "//" : "/";
        List<String> kept = new ArrayList<>();
        for (var segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".")) {
                continue;
            }
            if (!segment.equals("..")
                    || (root.isEmpty() && kept.isEmpty())
                    || (!kept.isEmpty() && kept.getLast().equals(".."))) {
                kept.add(segment);
            } else if (!kept.isEmpty()) {
                kept.removeLast();
            }
        }
        var joined = root + String.join("/", kept);
        return joined.isEmpty() ? "." : joined;
    }
}
