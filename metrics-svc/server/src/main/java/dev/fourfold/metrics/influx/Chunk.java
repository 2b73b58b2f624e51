package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.point.Envelope;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of some plain points of a series that follow each other in time.
 *
 * @param startNanos the place of the first of them
 * @param endNanos the place of the last one
 * @param byTime what an envelope along time keeps of them
 * @param byStep what an envelope along steps keeps of them; mostly the same
 * @param kept all of them, or null
 */
record Chunk(
        long startNanos,
        long endNanos,
        Extremes byTime,
        Extremes byStep,
        @Nullable PackedPoints kept) {

    /** About what a chunk takes of which nothing is kept. */
    private static final int BYTES = 230;

    /**
     * Of plain points in the order of time, at least one.
     *
     * @param keep whether the points themselves are remembered
     */
    static Chunk of(List<Point> points, boolean keep) {
        var byTime = Extremes.of(points);
        return new Chunk(
                Place.wideNanos(points.getFirst()),
                Place.wideNanos(points.getLast()),
                byTime,
                // Mostly the order of time is that of steps.
                stepsGoBack(points) ? Extremes.of(sorted(points)) : byTime,
                keep ? PackedPoints.of(points) : null);
    }

    private static boolean stepsGoBack(List<Point> points) {
        long before = Long.MIN_VALUE;
        for (Point point : points) {
            if (point.step() < before) {
                return true;
            }
            before = point.step();
        }
        return false;
    }

    private static List<Point> sorted(List<Point> points) {
        return points.stream().sorted(Envelope.order(Axis.STEP)).toList();
    }

    Chunk withoutPoints() {
        return kept == null ? this : new Chunk(startNanos, endNanos, byTime, byStep, null);
    }

    /** About how much memory this takes. */
    int bytes() {
        return kept == null ? BYTES : BYTES + kept.bytes();
    }

    /** The least place on an axis. */
    long low(Axis axis) {
        return Envelope.place(axis, extremes(axis).first);
    }

    /** The greatest place on an axis. */
    long high(Axis axis) {
        return Envelope.place(axis, extremes(axis).last);
    }

    boolean overlaps(Axis axis, long from, long to) {
        return low(axis) <= to && high(axis) >= from;
    }

    boolean isWithin(Axis axis, long from, long to) {
        return low(axis) >= from && high(axis) <= to;
    }

    void addExtremes(Axis axis, Consumer<Point> receiver) {
        var extremes = extremes(axis);
        receiver.accept(extremes.first);
        receiver.accept(extremes.last);
        receiver.accept(extremes.least);
        receiver.accept(extremes.greatest);
    }

    private Extremes extremes(Axis axis) {
        return switch (axis) {
            case TIME -> byTime;
            case STEP -> byStep;
        };
    }

    /**
     * What an envelope keeps of points.
     *
     * @param first the one that is first on the axis
     * @param last the one that is last on the axis
     * @param least the one with the least value, of several the first on the axis
     * @param greatest the one with the greatest value, of several the first on the axis
     */
    record Extremes(Point first, Point last, Point least, Point greatest) {

        /** Of points in the order of the axis. */
        private static Extremes of(List<Point> points) {
            Point least = points.getFirst();
            Point greatest = least;
            for (Point point : points) {
                if (point.value() < least.value()) {
                    least = point;
                }
                if (point.value() > greatest.value()) {
                    greatest = point;
                }
            }
            return new Extremes(points.getFirst(), points.getLast(), least, greatest);
        }
    }
}
