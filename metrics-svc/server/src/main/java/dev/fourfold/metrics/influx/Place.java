package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.PointOrder;
import org.jspecify.annotations.Nullable;

/**
 * Where in time a point lies, in nanoseconds. A millisecond of a series has a million places. A wide row's place is the
 * step's last six digits; a side point's is the next free one.
 *
 * <p>Timestamps from {@link #FAR} on (the year 2109; mostly microseconds or nanoseconds given by mistake) do not fit:
 * their points go to the side, to a series for each scale, in which one "millisecond" holds 2^scale of them.
 */
final class Place {

    /** How many places a millisecond has. */
    static final long PLACES = 1_000_000;

    /** Timestamps below are kept at their own time. */
    static final long FAR = 1L << 42;

    /** How many series of a run the side points are spread over by their keys, so that reading one reads few others. */
    static final int BUCKETS = 64;

    private Place() {}

    /** Whether the step is told by the time alone and the value is one that InfluxDB has. */
    static boolean isPlain(Point point) {
        return point.step() >= 0 && point.step() < PLACES && Double.isFinite(point.value());
    }

    /** The time of a point in a wide row. */
    static long wideNanos(Point point) {
        return point.timestampMillis() * PLACES + Math.floorMod(point.step(), PLACES);
    }

    /** 0 for a timestamp that is kept at its own time, else how many bits it is cut by: 1 to 21. */
    static int scale(long timestampMillis) {
        return timestampMillis < FAR ? 0 : Long.SIZE - Long.numberOfLeadingZeros(timestampMillis) - 42;
    }

    /** The point of a plain field. */
    static Point plain(String key, long nanos, double value) {
        return new Point(key, Math.floorDiv(nanos, PLACES), Math.floorMod(nanos, PLACES), value);
    }

    /** A point as text: everything but its key. */
    static String text(Point point) {
        return point.timestampMillis() + ";" + point.step() + ";"
                + Long.toHexString(Double.doubleToRawLongBits(point.value()));
    }

    /**
     * Reads {@link #text(Point)} back; what follows a third semicolon is not looked at. Null for any other text: another
     * program wrote it.
     */
    static @Nullable Point parse(String key, String text) {
        int first = text.indexOf(';');
        int second = text.indexOf(';', first + 1);
        int third = text.indexOf(';', second + 1);
        if (first < 0 || second < 0) {
            return null;
        }
        try {
            var point = new Point(
                    key,
                    Long.parseLong(text, 0, first, 10),
                    Long.parseLong(text, first + 1, second, 10),
                    Double.longBitsToDouble(
                            Long.parseUnsignedLong(text, second + 1, third < 0 ? text.length() : third, 16)));
            return point.timestampMillis() < 0 ? null : point;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** A side point as text: with its key, as a series holds points of several. */
    static String sideText(String encodedKey, Point point) {
        return text(point) + ";" + encodedKey;
    }

    /** Whether a side point's text is of this key. */
    static boolean isOfKey(String sideText, String encodedKey) {
        int third = sideText.length() - encodedKey.length() - 1;
        return third > 0 && sideText.charAt(third) == ';' && sideText.endsWith(encodedKey);
    }

    /** The encoded key of a side point. */
    static String keyOf(String sideText) {
        int first = sideText.indexOf(';');
        int second = sideText.indexOf(';', first + 1);
        return sideText.substring(sideText.indexOf(';', second + 1) + 1);
    }

    /** What tells a side point from the others at its millisecond: equal for equal points only. */
    static String identity(String encodedKey, Point point) {
        return point.timestampMillis() + ";" + point.step() + ";" + PointOrder.canonicalBits(point.value()) + ";"
                + encodedKey;
    }

    /** The {@link #identity} of a point in its text form. */
    static String identity(String sideText) {
        int first = sideText.indexOf(';');
        int second = sideText.indexOf(';', first + 1);
        int third = sideText.indexOf(';', second + 1);
        String encodedKey = sideText.substring(third + 1);
        Point point = parse(encodedKey, sideText);
        return point == null ? sideText : identity(encodedKey, point);
    }

    /** The side series of a key. */
    static int bucket(String encodedKey) {
        return Math.floorMod(encodedKey.hashCode(), BUCKETS);
    }
}
