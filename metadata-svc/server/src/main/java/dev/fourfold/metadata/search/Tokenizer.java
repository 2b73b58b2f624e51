package dev.fourfold.metadata.search;

import dev.fourfold.metadata.search.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a filter into tokens, where MLflow's SQL lexer cuts: in quotes, a doubled quote or one after a backslash does
 * not end the text, and both stay in it as they are; digits after a dot are a number unless a letter follows the first.
 */
final class Tokenizer {

    /** MLflow refuses longer filters too. */
    private static final int MOST_TOKENS = 10_000;

    private static final String NO_LETTER = "(?![_A-Za-z\\u00C0-\\u00DC\\u00E0-\\u00FC])";
    private static final Pattern HEXADECIMAL = Pattern.compile("-?0[xX][0-9A-Fa-f]+");
    private static final Pattern WITH_EXPONENT = Pattern.compile("-?\\d+(\\.\\d+)?[Ee]-?\\d+");
    private static final Pattern WITH_POINT = Pattern.compile("-?(\\d+\\.\\d*|\\.\\d+)" + NO_LETTER);
    private static final Pattern INTEGER = Pattern.compile("-?\\d+" + NO_LETTER);
    private static final Pattern COMPARISON = Pattern.compile("[<>=~!]+");
    private static final Pattern ARITHMETIC = Pattern.compile("[+/@#%^&|-]+");

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Tokenizer(String text) {
        this.text = text;
    }

    /** All tokens, spaces left out; any text gives some tokens. */
    static List<Token> tokens(String text) {
        var tokenizer = new Tokenizer(text);
        tokenizer.run();
        return tokenizer.tokens;
    }

    private void run() {
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (isSpace(c)) {
                at += Character.charCount(c);
            } else if (tokens.size() == MOST_TOKENS) {
                throw Refusal.because("Error on parsing filter '" + text + "'");
            } else {
                next(c);
            }
        }
    }

    private void next(int c) {
        switch (c) {
            case '`' -> quotedOr('`', Kind.BACKTICKS);
            case '"' -> quotedOr('"', Kind.DOUBLE_QUOTES);
            case '\'' -> quotedOr('\'', Kind.SINGLE_QUOTES);
            case ',' -> add(Kind.COMMA, at + 1);
            case '(' -> add(Kind.OPEN, at + 1);
            case ')' -> add(Kind.CLOSE, at + 1);
            case ';' -> add(Kind.SEMICOLON, at + 1);
            case '*' -> add(Kind.STAR, at + 1);
            case '<', '>', '=', '~', '!' -> addMatch(Kind.COMPARISON, COMPARISON);
            default -> {
                if (!comment() && !number() && !word(c)) {
                    symbol(c);
                }
            }
        }
    }

    private boolean comment() {
        if (!text.startsWith("--", at) && !text.startsWith("# ", at)) {
            return false;
        }
        int end = at;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        add(Kind.OTHER, end);
        return true;
    }

    private boolean number() {
        return addMatch(Kind.OTHER, HEXADECIMAL)
                || addMatch(Kind.DECIMAL, WITH_EXPONENT)
                || addMatch(Kind.DECIMAL, WITH_POINT)
                || addMatch(Kind.INTEGER, INTEGER);
    }

    private boolean word(int first) {
        if (!isWord(first)) {
            return false;
        }
        int end = at;
        while (end < text.length() && isWord(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        add(Kind.WORD, end);
        return true;
    }

    private void symbol(int c) {
        if (c == '.') {
            add(Kind.DOT, at + 1);
        } else if (!addMatch(Kind.ARITHMETIC, ARITHMETIC)) {
            add(Kind.OTHER, at + Character.charCount(c));
        }
    }

    /** Without an end, a quote is a token that fits nowhere. */
    private void quotedOr(char quote, Kind kind) {
        int end = endOfQuoted(quote);
        if (end < 0) {
            add(Kind.OTHER, at + 1);
        } else {
            add(kind, end);
        }
    }

    /**
     * Takes as much as it can: a doubled or escaped quote goes on with the text, except the last of them when no
     * other quote ends it.
     */
    private int endOfQuoted(char quote) {
        int lastWayOut = -1;
        int i = at + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean pair = i + 1 < text.length() && text.charAt(i + 1) == quote;
            if (c == quote && pair) {
                lastWayOut = i + 1;
                i += 2;
            } else if (c == quote) {
                return i + 1;
            } else if (c == '\\' && pair && quote != '`') {
                lastWayOut = i + 2;
                i += 2;
            } else {
                i++;
            }
        }
        return lastWayOut;
    }

    private boolean addMatch(Kind kind, Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        matcher.region(at, text.length()).useTransparentBounds(true);
        if (!matcher.lookingAt()) {
            return false;
        }
        add(kind, matcher.end());
        return true;
    }

    private void add(Kind kind, int end) {
        tokens.add(new Token(kind, at, text.substring(at, end)));
        at = end;
    }

    static boolean isWord(int c) {
        return c == '_'
                || Character.isLetterOrDigit(c)
                || Character.getType(c) == Character.LETTER_NUMBER
                || Character.getType(c) == Character.OTHER_NUMBER;
    }

    static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}
