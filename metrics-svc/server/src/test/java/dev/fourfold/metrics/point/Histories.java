package dev.fourfold.metrics.point;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What MLflow's rules say of histories, and how a test reads one. */
public final class Histories {

    private Histories() {}

    /** Reads all pages. */
    public static List<Point> read(PointStore store, String experimentId, String runId, String key, int limit)
            throws StoreUnavailableException {
        var points = new ArrayList<Point>();
        String cursor = null;
        do {
            var page = store.read(new HistoryQuery(experimentId, runId, key, cursor, limit));
            points.addAll(page.points().points());
            cursor = page.nextCursor();
        } while (cursor != null);
        return points;
    }

    /** The histories that these points make, by key, written independently of the code under test. */
    public static Map<String, List<Point>> model(List<Point> points) {
        var byKey = new TreeMap<String, List<Point>>();
        for (Point point : points) {
            var history = byKey.computeIfAbsent(point.key(), key -> new ArrayList<>());
            if (history.stream().noneMatch(other -> isSame(other, point))) {
                history.add(point);
            }
        }
        var order = Comparator.comparingLong(Point::timestampMillis)
                .thenComparingLong(Point::step)
                .thenComparingDouble(point -> Double.isNaN(point.value()) ? 0 : point.value() + 0.0)
                .thenComparing(point -> Double.isNaN(point.value()));
        byKey.values().forEach(history -> history.sort(order));
        return byKey;
    }

    /** What MLflow chooses of a history for a chart, bucket by bucket, written independently of the code under test. */
    public static List<Point> sampled(List<Point> points, int most) {
        var left = new ArrayList<>(points);
        left.sort(Comparator.comparingLong(Point::step)
                .thenComparingLong(Point::timestampMillis)
                .thenComparingDouble(point -> Double.isNaN(point.value()) ? 0 : point.value() + 0.0)
                .thenComparing(point -> Double.isNaN(point.value())));
        var chosen = new ArrayList<Point>();
        Point last = left.isEmpty() ? null : left.getLast();
        for (int buckets = most; buckets > 0 && !left.isEmpty(); buckets--) {
            chosen.add(left.getFirst());
            left.subList(0, Math.ceilDiv(left.size(), buckets)).clear();
        }
        if (last != null && chosen.getLast() != last) {
            if (chosen.size() == most) {
                chosen.removeLast();
            }
            chosen.add(last);
        }
        return chosen;
    }

    /** Points as text that tells every bit of a value. */
    public static List<String> exact(List<Point> points) {
        return points.stream()
                .map(point -> point.key() + " " + point.timestampMillis() + " " + point.step() + " " + point.value()
                        + " " + Long.toHexString(Double.doubleToLongBits(point.value())))
                .toList();
    }

    private static boolean isSame(Point a, Point b) {
        return a.timestampMillis() == b.timestampMillis()
                && a.step() == b.step()
                && (a.value() == b.value() || (Double.isNaN(a.value()) && Double.isNaN(b.value())));
    }
}
