package dev.fourfold.metadata.search;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the list of an {@code IN}: texts in Python's notation, because MLflow reads it with Python. */
final class TextList {

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final int MOST_VALUES = 10_000;

    private final String text;
    private int at;

    private TextList(String text) {
        this.text = text;
    }

    /** The values of a list in brackets. */
    static List<String> read(String text) {
        var reader = new TextList(text);
        var values = reader.values();
        if (values.size() > MOST_VALUES) {
            throw Refusal.because("A list in the query may hold at most " + MOST_VALUES + " values.");
        }
        return values;
    }

    private List<String> values() {
        var values = new ArrayList<String>();
        at = 1;
        skipSpace();
        if (peek() == ')' && at == text.length() - 1) {
            throw Refusal.because("While parsing a list in the query,"
                    + " expected a non-empty list of string values, but got empty list");
        }
        while (peek() != ')') {
            values.add(value());
            if (peek() == ',') {
                at++;
                skipSpace();
            } else if (peek() != ')') {
                throw illFormed();
            }
        }
        if (at != text.length() - 1) {
            throw illFormed();
        }
        return values;
    }

    /** Literals side by side are one value. */
    private String value() {
        var value = new StringBuilder();
        char c = peek();
        if (c == '-' || c == '(' || c == '[' || c == '{' || Character.isLetterOrDigit(c)) {
            throw Refusal.because("While parsing a list in the query, expected string value, punctuation, "
                    + "or whitespace, but got different type in list: "
                    + COMMA.matcher(text).replaceAll(", "));
        }
        if (c != '\'' && c != '"') {
            throw illFormed();
        }
        while (peek() == '\'' || peek() == '"') {
            literal(value, peek());
            skipSpace();
        }
        return value.toString();
    }

    private void literal(StringBuilder value, char quote) {
        at++;
        while (peek() != quote) {
            char c = peek();
            at++;
            if (c == '\n' || c == '\r') {
                throw illFormed();
            } else if (c == '\\') {
                escape(value);
            } else {
                value.append(c);
            }
        }
        at++;
    }

    private void escape(StringBuilder value) {
        char c = peek();
        at++;
        switch (c) {
            case '\\', '\'', '"' -> value.append(c);
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case 'x' -> value.appendCodePoint(hex(2));
            case 'u' -> value.appendCodePoint(hex(4));
            case '\n' -> {}
            default -> value.append('\\').append(c);
        }
    }

    private int hex(int digits) {
        if (at + digits > text.length()) {
            throw illFormed();
        }
        int code = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            if (digit < 0) {
                throw illFormed();
            }
            code = code * 16 + digit;
        }
        if (code == 0 || (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE)) {
            throw illFormed();
        }
        return code;
    }

    private void skipSpace() {
        while (at < text.length() && Tokenizer.isSpace(text.charAt(at))) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw illFormed();
        }
        return text.charAt(at);
    }

    private static RuntimeException illFormed() {
        return Refusal.because("While parsing a list in the query,"
                + " expected a non-empty list of string values, but got ill-formed list.");
    }
}
