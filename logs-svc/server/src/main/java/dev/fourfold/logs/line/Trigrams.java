package dev.fourfold.logs.line;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which three letters from a to z stand in a row somewhere in some texts, letter case aside. What is part of one of them has
 * none but these, so texts without a trigram that is looked for need not be read. Exact, not a guess; of digits and other
 * letters nothing is said, as lines of a training have all rows of digits anyway.
 */
public final class Trigrams {

    private static final int LETTERS = 26;
    private static final int ALL = LETTERS * LETTERS * LETTERS;

    /** Texts with more than this many say little by them, and they would take more room than they save reading. */
    private static final int MOST = 600;

    private static final int SEVEN_BITS = 0x7f;

    /** Each as its distance from the one before, in seven bits to a byte, the last of which has the eighth clear. */
    private final byte[] distances;

    private Trigrams(byte[] distances) {
        this.distances = distances;
    }

    /** Those of texts that are added one after another. */
    public static final class Collector {

        private final BitSet found = new BitSet(ALL);

        /** Adds those of a text. */
        public void add(String text) {
            collect(text, found);
        }

        /** What was collected, or null where that is too much to be of use. */
        public @Nullable Trigrams collected() {
            int count = found.cardinality();
            if (count > MOST) {
                return null;
            }
            var bytes = new byte[2 * count + 1];
            int length = 0;
            int before = 0;
            for (int one = found.nextSetBit(0); one >= 0; one = found.nextSetBit(one + 1)) {
                int distance = one - before;
                before = one;
                while (distance > SEVEN_BITS) {
                    bytes = length == bytes.length ? Arrays.copyOf(bytes, 2 * length) : bytes;
                    bytes[length++] = (byte) (distance | SEVEN_BITS + 1);
                    distance >>>= 7;
                }
                bytes = length == bytes.length ? Arrays.copyOf(bytes, 2 * length) : bytes;
                bytes[length++] = (byte) distance;
            }
            return new Trigrams(Arrays.copyOf(bytes, length));
        }
    }

    /** Those that a text must have which all of these are part of. */
    static BitSet neededFor(Collection<String> parts) {
        var needed = new BitSet();
        parts.forEach(part -> collect(part, needed));
        return needed;
    }

    static BitSet neededFor(String part) {
        return neededFor(List.of(part));
    }

    /** Whether all of these are here. */
    boolean hold(BitSet needed) {
        int wanted = needed.nextSetBit(0);
        int one = 0;
        for (int i = 0; wanted >= 0 && i < distances.length; i++) {
            int shift = 0;
            while (distances[i] < 0) {
                one += (distances[i++] & SEVEN_BITS) << shift;
                shift += 7;
            }
            one += distances[i] << shift;
            if (one > wanted) {
                return false;
            }
            if (one == wanted) {
                wanted = needed.nextSetBit(wanted + 1);
            }
        }
        return wanted < 0;
    }

    /** Of {@link #toBytes}. */
    public int length() {
        return distances.length;
    }

    /** To be kept. */
    public byte[] toBytes() {
        return distances.clone();
    }

    /** Reads {@link #toBytes} back. */
    public static Trigrams fromBytes(byte[] bytes) {
        if (bytes.length > 0 && bytes[bytes.length - 1] < 0) {
            throw new IllegalArgumentException("Trigrams are cut short");
        }
        return new Trigrams(bytes.clone());
    }

    private static void collect(String text, BitSet into) {
        String small = text;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) { // The sign for kelvin, for one, is a k in small letters.
                small = text.toLowerCase(Locale.ROOT);
                break;
            }
        }
        int inARow = 0;
        int trigram = 0;
        for (int i = 0; i < small.length(); i++) {
            int letter = (small.charAt(i) | 0x20) - 'a';
            boolean isLetter = small.charAt(i) < 0x80 && letter >= 0 && letter < LETTERS;
            inARow = isLetter ? inARow + 1 : 0;
            trigram = isLetter ? (trigram * LETTERS + letter) % ALL : 0;
            if (inARow >= 3) {
                into.set(trigram);
            }
        }
    }
}
