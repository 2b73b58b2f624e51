package dev.fourfold.gateway.grafana;

import dev.fourfold.gateway.grafana.InfluxQl.Computed;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is computed of the points of one part; values that are not finite are left out, as InfluxDB has none. */
final class Summary {

    private final Axis axis;
    private final boolean keepsValues;
    private int count;
    private double sum;

    /** As Welford does it: the sum of squares would lose its digits. */
    private double mean;

    private double squares;
    private @Nullable Point least;
    private @Nullable Point greatest;
    private @Nullable Point first;
    private @Nullable Point last;
    private double[] values = new double[0];

    /** @param keepsValues whether the median or a percentile is wanted */
    Summary(Axis axis, boolean keepsValues) {
        this.axis = axis;
        this.keepsValues = keepsValues;
    }

    void add(Point point) {
        double value = point.value();
        if (!Double.isFinite(value)) {
            return;
        }
        if (keepsValues) {
            if (count == values.length) {
                values = Arrays.copyOf(values, Math.max(16, count * 2));
            }
            values[count] = value;
        }
        count++;
        sum += value;
        double off = value - mean;
        mean += off / count;
        squares += off * (value - mean);
        least = least == null || value < least.value() ? point : least;
        greatest = greatest == null || value > greatest.value() ? point : greatest;
        first = first == null || before(point, first) ? point : first;
        last = last == null || !before(point, last) ? point : last;
    }

    /** The point that a choosing function chooses; null where there is none. */
    @Nullable
    Point chosen(Computed column) {
        return switch (column.function()) {
            case FIRST -> first;
            case LAST -> last;
            case MAX -> greatest;
            case MIN -> least;
            case COUNT, MEAN, MEDIAN, PERCENTILE, SPREAD, STDDEV, SUM -> null;
        };
    }

    /** The number; null where there is none. */
    @Nullable
    Object value(Computed column) {
        if (count == 0) {
            return null;
        }
        return switch (column.function()) {
            case COUNT -> (long) count;
            case SUM -> sum;
            case MEAN -> mean;
            case STDDEV -> count < 2 ? null : Math.sqrt(squares / (count - 1));
            case SPREAD -> of(greatest) - of(least);
            case MEDIAN -> median();
            case PERCENTILE -> percentile(column.argument());
            case FIRST, LAST, MAX, MIN -> of(chosen(column));
        };
    }

    private static double of(@Nullable Point point) {
        return point == null ? Double.NaN : point.value();
    }

    private double median() {
        double[] sorted = sorted();
        int middle = count / 2;
        return count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
    }

    /** The nearest rank, as InfluxDB takes it; none below the first. */
    private @Nullable Double percentile(double percent) {
        int rank = (int) Math.floor(count * percent / 100 + 0.5) - 1;
        return rank < 0 || rank >= count ? null : sorted()[rank];
    }

    private double[] sorted() {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private boolean before(Point one, Point other) {
        long place = axis == Axis.TIME ? one.timestampMillis() : one.step();
        long otherPlace = axis == Axis.TIME ? other.timestampMillis() : other.step();
        if (place != otherPlace) {
            return place < otherPlace;
        }
        return axis == Axis.TIME ? one.step() < other.step() : one.timestampMillis() < other.timestampMillis();
    }
}
