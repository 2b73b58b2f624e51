package dev.fourfold.metadata.text;

import java.nio.charset.StandardCharsets;

/** Percent-encoding, as URIs have it. */
public final class Percent {

    private static final int MAX_DECODINGS = 10;

    private Percent() {}

    /**
     * Decoded until nothing changes, so that no number of encodings hides a path.
     *
     * @param parameter how the caller calls it
     */
    public static String decoded(String parameter, String text) {
        var last = text;
        for (int i = 0; i < MAX_DECODINGS; i++) {
            var next = decodedOnce(last);
            if (next.equals(last)) {
                return next;
            }
            last = next;
        }
        throw Texts.invalid("Invalid value for parameter '" + parameter + "' supplied: encoded too many times");
    }

    private static String decodedOnce(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low >= 0) {
                bytes[length++] = (byte) (high * 16 + low);
                i += 2;
            } else {
                bytes[length++] = bytes[i];
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
