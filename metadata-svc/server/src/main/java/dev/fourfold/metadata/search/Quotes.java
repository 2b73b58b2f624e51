package dev.fourfold.metadata.search;

/** Quotes around names and values. What is inside stays as written: MLflow undoes no doubling and no backslash. */
final class Quotes {

    private Quotes() {}

    static boolean around(String text, char quote) {
        return text.length() >= 2 && text.charAt(0) == quote && text.charAt(text.length() - 1) == quote;
    }

    static String inside(String text) {
        return text.substring(1, text.length() - 1);
    }

    static String withoutBackticks(String text) {
        return around(text, '`') ? inside(text) : text;
    }

    /** A key, in whichever quotes it is. */
    static String key(String text) {
        return withoutBackticks(around(text, '\'') || around(text, '"') ? inside(text) : text);
    }
}
