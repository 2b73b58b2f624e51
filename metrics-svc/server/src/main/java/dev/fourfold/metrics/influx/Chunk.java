package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.Envelope;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of some plain points of a series that follow each other in time.
 *
 * @param startNanos the place of the first of them
 * @param endNanos the place of the last one
 * @param first the one with the least step
 * @param last the one with the greatest step
 * @param least the one with the least value
 * @param greatest the one with the greatest value
 * @param kept all of them, or null
 */
record Chunk(
        long startNanos,
        long endNanos,
        Point first,
        Point last,
        Point least,
        Point greatest,
        @Nullable Kept kept) {

    /** A chunk takes some 200 bytes, a point of it 16. */
    private static final int POINTS_THAT_WEIGH_AS_MUCH = 12;

    private static final Comparator<Point> ORDER = Envelope.order(Axis.STEP);

    /**
     * Of plain points in the order of time, at least one.
     *
     * @param keep whether the points themselves are remembered
     */
    static Chunk of(List<Point> points, boolean keep) {
        Point first = points.getFirst();
        Point last = first;
        Point least = first;
        Point greatest = first;
        for (Point point : points) {
            if (ORDER.compare(point, first) < 0) {
                first = point;
            }
            if (ORDER.compare(point, last) > 0) {
                last = point;
            }
            if (Envelope.least(ORDER, point, least)) {
                least = point;
            }
            if (Envelope.greatest(ORDER, point, greatest)) {
                greatest = point;
            }
        }
        return new Chunk(
                Place.wideNanos(points.getFirst()),
                Place.wideNanos(points.getLast()),
                first,
                last,
                least,
                greatest,
                keep ? Kept.of(points) : null);
    }

    Chunk withoutPoints() {
        return kept == null ? this : new Chunk(startNanos, endNanos, first, last, least, greatest, null);
    }

    /** About how much memory this takes, in chunks of which nothing is kept. */
    int weight() {
        return kept == null ? 1 : 1 + Math.ceilDiv(kept.nanos.length, POINTS_THAT_WEIGH_AS_MUCH);
    }

    /** How far apart the steps are, unsigned. */
    long span() {
        return last.step() - first.step();
    }

    boolean overlaps(long from, long to) {
        return first.step() <= to && last.step() >= from;
    }

    boolean isWithin(long from, long to) {
        return first.step() >= from && last.step() <= to;
    }

    void addTo(Envelope envelope) {
        envelope.add(first);
        envelope.add(last);
        envelope.add(least);
        envelope.add(greatest);
    }

    /** Places and values. */
    record Kept(long[] nanos, double[] values) {

        private static Kept of(List<Point> points) {
            return new Kept(
                    points.stream().mapToLong(Place::wideNanos).toArray(),
                    points.stream().mapToDouble(Point::value).toArray());
        }

        void forEach(String key, Consumer<Point> receiver) {
            for (int i = 0; i < nanos.length; i++) {
                receiver.accept(Place.plain(key, nanos[i], values[i]));
            }
        }
    }
}
