package dev.fourfold.metrics;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * Points of one run, and the bytes that they cross HTTP and lie in the journal as. Keys are written once; a value is
 * its bits, so what goes in comes out to the last bit.
 *
 * @param experimentId the experiment that the run belongs to
 * @param runId the run
 * @param points in the order given
 */
public record PointBatch(String experimentId, String runId, List<Point> points) {

    /** The media type of {@link #toBytes}. */
    public static final String MEDIA_TYPE = "application/vnd.fourfold.points";

    /** The media type of {@link #toBytes(List)}. */
    public static final String LIST_MEDIA_TYPE = "application/vnd.fourfold.point-batches";

    private static final byte FORMAT = 1;
    private static final int POINT_BYTES = Integer.BYTES + 3 * Long.BYTES;

    /** Copies the list. */
    public PointBatch {
        points = List.copyOf(points);
    }

    /** The compact form: a format byte, ids, the distinct keys, then 28 bytes for each point. */
    public byte[] toBytes() {
        var keys = new LinkedHashMap<String, Integer>();
        int[] keyIndex = new int[points.size()];
        for (int i = 0; i < keyIndex.length; i++) {
            keyIndex[i] = keys.computeIfAbsent(points.get(i).key(), key -> keys.size());
        }
        var bytes = new ByteArrayOutputStream(64 + 28 * points.size() + 32 * keys.size());
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(experimentId);
            out.writeUTF(runId);
            out.writeInt(keys.size());
            for (String key : keys.keySet()) {
                out.writeUTF(key);
            }
            out.writeInt(points.size());
            var places = ByteBuffer.allocate(POINT_BYTES * keyIndex.length);
            for (int i = 0; i < keyIndex.length; i++) {
                Point point = points.get(i);
                places.putInt(keyIndex[i])
                        .putLong(point.timestampMillis())
                        .putLong(point.step())
                        .putLong(Double.doubleToRawLongBits(point.value()));
            }
            out.write(places.array());
        } catch (IOException e) {
            throw new UncheckedIOException("A key or an id is too long to be written", e);
        }
        return bytes.toByteArray();
    }

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are not of that form */
    public static PointBatch fromBytes(byte[] bytes) {
        return fromBytes(bytes, Set.of());
    }

    /**
     * Reads those points of {@link #toBytes} that have one of some keys; what is not wanted costs next to nothing.
     *
     * @param wanted none for all points
     * @throws IllegalArgumentException where the bytes are not of that form
     */
    public static PointBatch fromBytes(byte[] bytes, Set<String> wanted) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("Points in format " + format + ", known is " + FORMAT);
            }
            String experimentId = in.readUTF();
            String runId = in.readUTF();
            var keys = new String[checkedCount(in.readInt(), bytes.length)];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = in.readUTF();
            }
            int count = checkedCount(in.readInt(), in.available() / POINT_BYTES);
            var places = ByteBuffer.wrap(bytes, bytes.length - in.available(), count * POINT_BYTES);
            var points = new ArrayList<Point>(wanted.isEmpty() ? count : 0);
            boolean[] isWanted = new boolean[keys.length];
            for (int i = 0; i < keys.length; i++) {
                isWanted[i] = wanted.isEmpty() || wanted.contains(keys[i]);
            }
            for (int i = 0; i < count; i++) {
                int key = checkedCount(places.getInt(), keys.length - 1);
                if (isWanted[key]) {
                    points.add(new Point(
                            keys[key], places.getLong(), places.getLong(), Double.longBitsToDouble(places.getLong())));
                } else {
                    places.position(places.position() + POINT_BYTES - Integer.BYTES);
                }
            }
            return new PointBatch(experimentId, runId, points);
        } catch (IOException e) {
            throw new IllegalArgumentException("Points cut short or malformed", e);
        }
    }

    /** Several batches: how many, then each with its length before it. */
    public static byte[] toBytes(List<PointBatch> batches) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(batches.size());
            for (PointBatch batch : batches) {
                byte[] one = batch.toBytes();
                out.writeInt(one.length);
                out.write(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Batches cannot be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Reads {@link #toBytes(List)} back. @throws IllegalArgumentException where the bytes are not of that form */
    public static List<PointBatch> listFromBytes(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = checkedCount(in.readInt(), bytes.length);
            var batches = new ArrayList<PointBatch>(count);
            for (int i = 0; i < count; i++) {
                byte[] one = new byte[checkedCount(in.readInt(), bytes.length)];
                in.readFully(one);
                batches.add(fromBytes(one));
            }
            return batches;
        } catch (IOException e) {
            throw new IllegalArgumentException("Batches cut short or malformed", e);
        }
    }

    static int checkedCount(int count, int bound) {
        if (count < 0 || count > bound) {
            throw new IllegalArgumentException("Points with a count of " + count + " that cannot be");
        }
        return count;
    }
}
