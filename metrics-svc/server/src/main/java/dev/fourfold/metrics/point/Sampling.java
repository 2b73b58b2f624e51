package dev.fourfold.metrics.point;

import dev.fourfold.metrics.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a chart is drawn from, as MLflow chooses it: the points in the order of (step, timestamp, value), cut into so many
 * equal parts as SQL's {@code NTILE} does (the first ones longer by one where it does not come out even), and of each
 * part the first point. The last point of all stands in for the last one chosen where that is another.
 */
public final class Sampling {

    /** By step before all, as a chart's axis is. */
    public static final Comparator<Point> BY_STEP =
            Comparator.comparingLong(Point::step).thenComparing(PointOrder.INSTANCE);

    private Sampling() {}

    /** Chooses at most so many of the points, which are put in order. */
    public static List<Point> sample(List<Point> points, int most) {
        var sorted = new ArrayList<>(points);
        sorted.sort(BY_STEP);
        int count = sorted.size();
        if (count <= most) {
            return sorted;
        }
        int length = count / most;
        int longer = count % most;
        var chosen = new ArrayList<Point>(most);
        for (int part = 0; part < most; part++) {
            chosen.add(sorted.get(part * length + Math.min(part, longer)));
        }
        chosen.set(most - 1, sorted.getLast());
        return chosen;
    }
}
