package dev.fourfold.contract;

/**
 * Tells texts that have a form in UTF-8 from those that hold half of a surrogate pair, which JSON can say ({@code
 * "\ud800"}) and every charset turns into a question mark: kept, such a text would come back as another.
 */
public final class Unicode {

    private Unicode() {}

    /** Whether the text has a form in UTF-8 that reads back as the same text. */
    public static boolean isWhole(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (isHalf(text, i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the {@code char} at an index is half of a surrogate pair whose other half is not beside it. */
    public static boolean isHalf(CharSequence text, int index) {
        char c = text.charAt(index);
        if (!Character.isSurrogate(c)) {
            return false;
        }
        return Character.isHighSurrogate(c)
                ? index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1))
                : index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
    }
}
