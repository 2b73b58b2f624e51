package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Point;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Plain points of one series, in the order of time: how far each is from the one before, mostly three bytes, and its value,
 * in four bytes where all of them are what a float holds, as most of what is computed on a GPU is.
 */
final class PackedPoints {

    /** An object, an array's header, and a reference to each. */
    private static final int OVERHEAD_BYTES = 48;

    /** Seven bits of a long in each byte. */
    private static final int MOST_VARINT_BYTES = 10;

    private final byte[] packed;
    private final boolean floats;

    private PackedPoints(byte[] packed, boolean floats) {
        this.packed = packed;
        this.floats = floats;
    }

    static PackedPoints of(List<Point> points) {
        boolean floats = points.stream().allMatch(point -> isFloat(point.value()));
        var out = ByteBuffer.allocate(points.size() * (2 * MOST_VARINT_BYTES + Double.BYTES));
        long millis = 0;
        long step = 0;
        for (Point point : points) {
            put(out, point.timestampMillis() - millis);
            put(out, point.step() - step);
            if (floats) {
                out.putFloat((float) point.value());
            } else {
                out.putDouble(point.value());
            }
            millis = point.timestampMillis();
            step = point.step();
        }
        return new PackedPoints(Arrays.copyOf(out.array(), out.position()), floats);
    }

    void forEach(String key, Consumer<Point> receiver) {
        var in = ByteBuffer.wrap(packed);
        long millis = 0;
        long step = 0;
        while (in.hasRemaining()) {
            millis += get(in);
            step += get(in);
            receiver.accept(new Point(key, millis, step, floats ? in.getFloat() : in.getDouble()));
        }
    }

    int bytes() {
        return OVERHEAD_BYTES + packed.length;
    }

    private static boolean isFloat(double value) {
        return Double.doubleToRawLongBits((float) value) == Double.doubleToRawLongBits(value);
    }

    /** Small numbers of either sign in few bytes. */
    private static void put(ByteBuffer out, long number) {
        long rest = number << 1 ^ number >> Long.SIZE - 1;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long get(ByteBuffer in) {
        long rest = 0;
        int shift = 0;
        byte next;
        do {
            next = in.get();
            rest |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return rest >>> 1 ^ -(rest & 1);
    }
}
