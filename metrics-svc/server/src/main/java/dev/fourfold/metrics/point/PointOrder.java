package dev.fourfold.metrics.point;

import dev.fourfold.metrics.Point;
import java.util.Comparator;

/**
 * The order of a history: timestamp, step, value, NaN counting as 0 and standing right after it. Equal in this order
 * means the same point (of one key), by MLflow's equality of values.
 */
public final class PointOrder implements Comparator<Point> {

    /** The one instance. */
    public static final PointOrder INSTANCE = new PointOrder();

    private PointOrder() {}

    @Override
    public int compare(Point a, Point b) {
        int byTime = Long.compare(a.timestampMillis(), b.timestampMillis());
        if (byTime != 0) {
            return byTime;
        }
        int byStep = Long.compare(a.step(), b.step());
        return byStep != 0 ? byStep : compareValues(a.value(), b.value());
    }

    /** Whether MLflow holds two values to be the same. */
    public static boolean sameValue(double a, double b) {
        return a == b || (Double.isNaN(a) && Double.isNaN(b));
    }

    /** The bits that stand for a value and all that are the same: one zero, one NaN. */
    public static long canonicalBits(double value) {
        return Double.doubleToLongBits(value == 0.0 ? 0.0 : value);
    }

    private static int compareValues(double a, double b) {
        int bySize = Double.compare(sortValue(a), sortValue(b));
        return bySize != 0 ? bySize : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }

    /** The number that a value sorts as. */
    private static double sortValue(double value) {
        return Double.isNaN(value) || value == 0.0 ? 0.0 : value;
    }
}
