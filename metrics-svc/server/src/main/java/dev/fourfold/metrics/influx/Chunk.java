package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.Envelope;
import java.util.Comparator;
import java.util.List;

/**
 * What is remembered of some plain points of a series that follow each other in time.
 *
 * @param startNanos the place of the first of them
 * @param endNanos the place of the last one
 * @param first the one with the least step
 * @param last the one with the greatest step
 * @param least the one with the least value
 * @param greatest the one with the greatest value
 */
record Chunk(long startNanos, long endNanos, Point first, Point last, Point least, Point greatest) {

    private static final Comparator<Point> ORDER = Envelope.order(Axis.STEP);

    /** Of plain points in the order of time, at least one. */
    static Chunk of(List<Point> points) {
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
                Place.wideNanos(points.getFirst()), Place.wideNanos(points.getLast()), first, last, least, greatest);
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
}
