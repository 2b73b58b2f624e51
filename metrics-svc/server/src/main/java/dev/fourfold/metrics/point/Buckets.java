package dev.fourfold.metrics.point;

/**
 * The stretch of an axis between the first and the last point, cut into parts of one width; the last ones may be empty.
 * Unsigned arithmetic, as steps may lie as far apart as longs do.
 *
 * @param low where the first point is
 * @param high where the last point is
 * @param count how many parts at most, 2 or more
 */
public record Buckets(long low, long high, int count) {

    /** Of a part with nothing but numbers the least and the greatest are kept; with others, one of each kind too. */
    private static final int KEPT = 2;

    private static final int KEPT_WITH_OTHERS = 5;

    /** Checks the bounds. */
    public Buckets {
        if (low > high || count < 2) {
            throw new IllegalArgumentException("No buckets between " + low + " and " + high + ": " + count);
        }
    }

    /**
     * So many parts that what is kept of them, and the first and the last point, are no more than so many points.
     *
     * @param finite whether all values are: no NaN and no infinity among them
     */
    public static Buckets between(long low, long high, int maxPoints, boolean finite) {
        return new Buckets(low, high, (maxPoints - 2) / (finite ? KEPT : KEPT_WITH_OTHERS));
    }

    /** How long a part is. */
    public long width() {
        return Long.divideUnsigned(high - low, count) + 1;
    }

    /** The part that a place between low and high is in. */
    public int of(long place) {
        return (int) Long.divideUnsigned(place - low, width());
    }
}
