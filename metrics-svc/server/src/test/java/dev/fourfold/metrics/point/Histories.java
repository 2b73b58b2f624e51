package dev.fourfold.metrics.point;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.Point;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

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

    /** What is kept of a series along an axis, bucket by bucket, written independently of the code under test. */
    public static List<Point> reduced(List<Point> points, Axis axis, long from, long to, int most) {
        var order = axis == Axis.STEP
                ? Comparator.comparingLong(Point::step).thenComparingLong(Point::timestampMillis)
                : Comparator.comparingLong(Point::timestampMillis).thenComparingLong(Point::step);
        order = order.thenComparingDouble(point -> Double.isNaN(point.value()) ? 0 : point.value() + 0.0)
                .thenComparing(point -> Double.isNaN(point.value()));
        var wanted = points.stream()
                .filter(point -> place(axis, point).compareTo(BigInteger.valueOf(from)) >= 0)
                .filter(point -> place(axis, point).compareTo(BigInteger.valueOf(to)) <= 0)
                .sorted(order)
                .toList();
        if (wanted.size() <= most) {
            return wanted;
        }
        boolean finite = wanted.stream().allMatch(point -> Double.isFinite(point.value()));
        var count = BigInteger.valueOf((most - 2) / (finite ? 2 : 5));
        var low = place(axis, wanted.getFirst());
        var width = place(axis, wanted.getLast()).subtract(low).divide(count).add(BigInteger.ONE);
        var buckets = new TreeMap<BigInteger, List<Point>>();
        for (Point point : wanted) {
            buckets.computeIfAbsent(place(axis, point).subtract(low).divide(width), bucket -> new ArrayList<>())
                    .add(point);
        }
        var kept = new TreeSet<>(order);
        kept.add(wanted.getFirst());
        kept.add(wanted.getLast());
        for (List<Point> bucket : buckets.values()) {
            Predicate<Point> number = point -> Double.isFinite(point.value());
            var byValue = Comparator.comparingDouble((Point point) -> point.value() + 0.0);
            bucket.stream().filter(number).min(byValue.thenComparing(order)).ifPresent(kept::add);
            bucket.stream()
                    .filter(number)
                    .min(byValue.reversed().thenComparing(order))
                    .ifPresent(kept::add);
            for (double kind : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                bucket.stream()
                        .filter(point -> Double.compare(point.value(), kind) == 0)
                        .findFirst()
                        .ifPresent(kept::add);
            }
        }
        return List.copyOf(kept);
    }

    private static BigInteger place(Axis axis, Point point) {
        return BigInteger.valueOf(axis == Axis.STEP ? point.step() : point.timestampMillis());
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
