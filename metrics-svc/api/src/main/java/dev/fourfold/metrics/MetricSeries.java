package dev.fourfold.metrics;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One metric of one run, along an axis.
 *
 * @param key the metric
 * @param reduced whether there are more points than these
 * @param points in the order of the axis, all of this metric
 */
public record MetricSeries(String key, boolean reduced, PointBatch points) {

    /** The media type of {@link #toBytes}. */
    public static final String MEDIA_TYPE = "application/vnd.fourfold.series";

    /** Series as they cross HTTP: how many, then each with the bytes of its points. */
    public static byte[] toBytes(List<MetricSeries> series) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(series.size());
            for (MetricSeries one : series) {
                byte[] points = one.points.toBytes();
                out.writeUTF(one.key);
                out.writeBoolean(one.reduced);
                out.writeInt(points.length);
                out.write(points);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Series cannot be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are not of that form */
    public static List<MetricSeries> fromBytes(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int count = PointBatch.checkedCount(in.readInt(), bytes.length);
            var series = new ArrayList<MetricSeries>(count);
            for (int i = 0; i < count; i++) {
                String key = in.readUTF();
                boolean reduced = in.readBoolean();
                byte[] points = new byte[PointBatch.checkedCount(in.readInt(), bytes.length)];
                in.readFully(points);
                series.add(new MetricSeries(key, reduced, PointBatch.fromBytes(points)));
            }
            return series;
        } catch (IOException e) {
            throw new IllegalArgumentException("Series cut short or malformed", e);
        }
    }
}
