package dev.fourfold.metrics.point;

import dev.fourfold.contract.Problem;
import dev.fourfold.metrics.Point;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * The last point of a page, from which the next one goes on: no count of rows, so a page costs the same wherever it is.
 * Opaque to callers.
 */
public record HistoryCursor(long timestampMillis, long step, double value) {

    private static final String NONE = "Invalid page token, it is damaged";
    private static final byte FORMAT = 1;
    private static final int LENGTH = 1 + 3 * Long.BYTES;

    /** The cursor behind a point. */
    public static HistoryCursor after(Point point) {
        return new HistoryCursor(point.timestampMillis(), point.step(), point.value());
    }

    /** Reads {@link #toText} back. @throws dev.fourfold.contract.ProblemException for anything else */
    public static HistoryCursor parse(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new Problem.InvalidArgument(NONE).toException(e);
        }
        if (bytes.length != LENGTH || bytes[0] != FORMAT) {
            throw new Problem.InvalidArgument(NONE).toException();
        }
        var buffer = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        var cursor = new HistoryCursor(buffer.getLong(), buffer.getLong(), Double.longBitsToDouble(buffer.getLong()));
        if (cursor.timestampMillis < 0) {
            throw new Problem.InvalidArgument(NONE).toException();
        }
        return cursor;
    }

    /** The form that goes to the caller. */
    public String toText() {
        var buffer = ByteBuffer.allocate(LENGTH)
                .put(FORMAT)
                .putLong(timestampMillis)
                .putLong(step)
                .putLong(PointOrder.canonicalBits(value));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(buffer.array());
    }

    /** A point in the place of this cursor, to compare with. */
    public Point asPoint() {
        return new Point("", timestampMillis, step, value);
    }
}
