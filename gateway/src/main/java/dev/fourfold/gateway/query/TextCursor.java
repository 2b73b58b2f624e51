package dev.fourfold.gateway.query;

/** A place in a text, from which a reader takes words and signs, with any space before them. */
public abstract class TextCursor {

    /** What is read. */
    protected final String text;

    /** The next character. */
    protected int at;

    private final boolean anyCase;

    /** @param anyCase whether words count in capitals and small letters alike */
    protected TextCursor(String text, boolean anyCase) {
        this.text = text;
        this.anyCase = anyCase;
    }

    /** Takes a word; empty where there is none. */
    protected abstract String word();

    /** The refusal of a text that goes wrong here. @param what as "... is expected" */
    protected abstract RuntimeException wrong(String what);

    /** Whether this sign is the very next. */
    protected final boolean peek(String sign) {
        return text.startsWith(sign, at);
    }

    /** Takes the sign if it comes next. */
    protected final boolean take(String sign) {
        skipSpace();
        if (!peek(sign)) {
            return false;
        }
        at += sign.length();
        return true;
    }

    /** Takes the word if it comes next, as a whole. */
    protected final boolean takeWord(String wanted) {
        skipSpace();
        int start = at;
        String word = word();
        if (anyCase ? word.equalsIgnoreCase(wanted) : word.equals(wanted)) {
            return true;
        }
        at = start;
        return false;
    }

    /** Takes the sign, which must come next. */
    protected final void expect(String sign) {
        if (!take(sign)) {
            throw wrong("'" + sign + "' is expected");
        }
    }

    /** Takes the word, which must come next. */
    protected final void expectWord(String word) {
        if (!takeWord(word)) {
            throw wrong(word + " is expected");
        }
    }

    /** Whether nothing but space is left, which is taken. */
    protected final boolean atEnd() {
        skipSpace();
        return at == text.length();
    }

    /** Takes spaces, tabs and ends of lines. */
    protected final void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
