package dev.fourfold.metadata.search;

import java.util.Locale;

/**
 * A piece of a filter.
 *
 * @param start where it begins in the text
 * @param text as written, quotes and all
 */
record Token(Kind kind, int start, String text) {

    enum Kind {
        WORD,
        BACKTICKS,
        DOUBLE_QUOTES,
        SINGLE_QUOTES,
        INTEGER,
        DECIMAL,
        COMPARISON,
        ARITHMETIC,
        STAR,
        DOT,
        COMMA,
        OPEN,
        CLOSE,
        SEMICOLON,
        OTHER
    }

    int end() {
        return start + text.length();
    }

    boolean is(Kind other) {
        return kind == other;
    }

    /** Whether this is the keyword, in any case. */
    boolean is(String keyword) {
        return kind == Kind.WORD && text.toUpperCase(Locale.ROOT).equals(keyword);
    }
}
