package dev.fourfold.metrics.point;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a long series: its first and its last point, and of each part of the axis the least and the greatest
 * finite value and the first NaN, the first infinity and the first negative infinity. Of equal extremes the first along
 * the axis is kept. What is kept does not depend on the order in which points are added, and a point may be added twice.
 */
public final class Envelope {

    private static final int LEAST = 0;
    private static final int GREATEST = 1;
    private static final int NAN = 2;
    private static final int INFINITY = 3;
    private static final int NEGATIVE_INFINITY = 4;
    private static final int KINDS = 5;

    private final Axis axis;
    private final Comparator<Point> order;
    private final Buckets buckets;
    private final @Nullable Point[] kept;
    private @Nullable Point first;
    private @Nullable Point last;

    /** An empty one. */
    public Envelope(Axis axis, Buckets buckets) {
        this.axis = axis;
        this.order = order(axis);
        this.buckets = buckets;
        this.kept = new Point[buckets.count() * KINDS];
    }

    /** The points, all of them where they are no more than wanted, in the order of the axis and each once. */
    public static List<Point> reduce(Collection<Point> points, Axis axis, int maxPoints) {
        if (points.size() <= maxPoints) {
            return sorted(points, axis);
        }
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        boolean finite = true;
        for (Point point : points) {
            long place = place(axis, point);
            low = Math.min(low, place);
            high = Math.max(high, place);
            finite &= Double.isFinite(point.value());
        }
        var envelope = new Envelope(axis, Buckets.between(low, high, maxPoints, finite));
        points.forEach(envelope::add);
        return envelope.points();
    }

    /** Where a point is on the axis. */
    public static long place(Axis axis, Point point) {
        return switch (axis) {
            case TIME -> point.timestampMillis();
            case STEP -> point.step();
        };
    }

    /** The order of the axis. */
    public static Comparator<Point> order(Axis axis) {
        return switch (axis) {
            case TIME -> PointOrder.INSTANCE;
            case STEP -> Sampling.BY_STEP;
        };
    }

    /** Looks at a point; one that is outside of all buckets is left out. */
    public void add(Point point) {
        long place = place(axis, point);
        if (place < buckets.low() || place > buckets.high()) {
            return;
        }
        if (first == null || order.compare(point, first) < 0) {
            first = point;
        }
        if (last == null || order.compare(point, last) > 0) {
            last = point;
        }
        int bucket = buckets.of(place) * KINDS;
        double value = point.value();
        if (Double.isFinite(value)) {
            keep(bucket + LEAST, point, least(order, point, kept[bucket + LEAST]));
            keep(bucket + GREATEST, point, greatest(order, point, kept[bucket + GREATEST]));
        } else {
            int kind = Double.isNaN(value) ? NAN : value > 0 ? INFINITY : NEGATIVE_INFINITY;
            Point other = kept[bucket + kind];
            keep(bucket + kind, point, other == null || order.compare(point, other) < 0);
        }
    }

    /** What is kept, in the order of the axis. */
    public List<Point> points() {
        var points = new ArrayList<Point>();
        Arrays.stream(kept).filter(Objects::nonNull).forEach(points::add);
        if (first != null && last != null) {
            points.add(first);
            points.add(last);
        }
        return sorted(points, axis);
    }

    /** Whether a point is less than the other one, or as little and before it. */
    private static boolean least(Comparator<Point> order, Point point, @Nullable Point other) {
        return other == null
                || point.value() < other.value()
                || (point.value() == other.value() && order.compare(point, other) < 0);
    }

    /** Whether a point is greater than the other one, or as great and before it. */
    private static boolean greatest(Comparator<Point> order, Point point, @Nullable Point other) {
        return other == null
                || point.value() > other.value()
                || (point.value() == other.value() && order.compare(point, other) < 0);
    }

    private void keep(int slot, Point point, boolean better) {
        if (better) {
            kept[slot] = point;
        }
    }

    private static List<Point> sorted(Collection<Point> points, Axis axis) {
        var sorted = new ArrayList<>(points);
        var order = order(axis);
        sorted.sort(order);
        var distinct = new ArrayList<Point>(sorted.size());
        for (Point point : sorted) {
            if (distinct.isEmpty() || order.compare(distinct.getLast(), point) != 0) {
                distinct.add(point);
            }
        }
        return distinct;
    }
}
