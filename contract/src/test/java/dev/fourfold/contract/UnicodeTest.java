package dev.fourfold.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UnicodeTest {

    /** Every text of up to four of these is every way in which halves can stand beside one another. */
    private static final char[] CHARS = {'a', '\0', 'é', '\ud83d', '\ude00', '\udbff', '\udc00', '\uffff'};

    @Test
    void wholeIsWhatUtf8ReadsBackAsTheSame() {
        check("");
    }

    private static void check(String text) {
        assertEquals(
                new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text),
                Unicode.isWhole(text),
                () -> text.chars().mapToObj(Integer::toHexString).toList().toString());
        if (text.length() < 4) {
            for (char c : CHARS) {
                check(text + c);
            }
        }
    }
}
