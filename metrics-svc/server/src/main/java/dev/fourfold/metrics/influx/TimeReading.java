package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.point.Buckets;
import dev.fourfold.metrics.point.Envelope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A series along time, by its outline. Where that does not keep the points, InfluxDB chooses those of the chart:
 * {@code top} and {@code bottom}, unlike {@code max} and {@code min}, give the place of what they find, and so the point
 * itself; of equal values they give the first, as an envelope does.
 */
final class TimeReading extends SeriesReading {

    private final long fromNanos;
    private final long toNanos;
    private final List<Point> plain = new ArrayList<>();
    private final Drawing drawing;
    private State state;
    private int plainCount;
    private @Nullable Buckets buckets;

    /** What is done next. */
    private enum State {
        BEGIN,
        OUTLINE,
        COUNT,
        CHOOSE,
        DRAWN,
        DONE
    }

    TimeReading(RunRange run, String key, int maxPoints, Outlines outlines, Policies policies) {
        super(Axis.TIME, run, key, maxPoints, outlines, policies);
        this.fromNanos = Math.clamp(run.from(), 0, Place.FAR) * Place.PLACES;
        this.toNanos = Math.clamp(run.to(), -1, Place.FAR - 1) * Place.PLACES + Place.PLACES - 1;
        this.drawing = new Drawing(Axis.TIME, run, key, maxPoints, outlines.chunkPoints());
        this.state = State.BEGIN;
    }

    @Override
    void ask(InfluxQuery one, InfluxQuery other) {
        if (state == State.BEGIN) {
            askForOdd(shorter(one, other));
            if (fromNanos > toNanos) {
                state = State.DONE;
            } else if (outline.room() > 0) {
                askOutline(shorter(one, other), " LIMIT " + outline.room());
                state = State.OUTLINE;
                return;
            } else {
                state = State.COUNT;
            }
        }
        switch (state) {
            case OUTLINE -> {
                boolean kept = outline.room() > 0;
                outline.complete(kept);
                if (kept) {
                    draw();
                    state = State.DRAWN;
                } else {
                    count(one, other);
                    state = State.CHOOSE;
                }
            }
            case COUNT -> {
                count(one, other);
                state = State.CHOOSE;
            }
            case CHOOSE -> {
                choose(one, other);
                state = State.DONE;
            }
            case BEGIN, DRAWN, DONE -> {}
        }
    }

    @Override
    MetricSeries answer() {
        if (state == State.DRAWN) {
            return series(drawing.isReduced(), drawing.points());
        }
        var found = new ArrayList<Point>(plain.size() + odd.size());
        found.addAll(plain);
        found.addAll(odd);
        if (buckets == null) {
            return series(found.size() > maxPoints, Envelope.reduce(found, Axis.TIME, maxPoints));
        }
        var envelope = new Envelope(Axis.TIME, buckets);
        found.forEach(envelope::add);
        return series(true, envelope.points());
    }

    private void askForOdd(InfluxQuery statements) {
        if (fromNanos <= toNanos) {
            askText(statements, fromNanos, toNanos);
        }
        if (run.to() >= Place.FAR) {
            askSide(statements);
        } else if (run.to() >= 0) {
            askSide(statements, fromNanos, toNanos);
        }
    }

    /** All points are at hand. */
    private void draw() {
        odd.forEach(drawing::measure);
        outline.tail().forEach(drawing::measure);
        outline.chunks().forEach(drawing::measure);
        drawing.begin(isFinite());
        odd.forEach(drawing::add);
        outline.tail().forEach(drawing::add);
        outline.chunks().forEach(chunk -> drawing.add(chunk, false));
    }

    /** Each statement costs as much as what InfluxDB has of the series in its cache, so no more of them than needed. */
    private void count(InfluxQuery one, InfluxQuery other) {
        askPlain(one, points(this::add), "SELECT first(?)", "", fromNanos, toNanos);
        askPlain(other, points(this::add), "SELECT last(?)", "", fromNanos, toNanos);
        long atLeast = outline.chunkPoints()
                * outline.chunks().stream()
                        .filter(chunk -> chunk.startNanos() >= fromNanos && chunk.endNanos() <= toNanos)
                        .count();
        if (atLeast > maxPoints) {
            plainCount = maxPoints + 1;
        } else {
            String limit = " LIMIT " + (maxPoints + 1) + ")";
            String what = "SELECT count(v) FROM (SELECT ? AS v";
            askPlain(shorter(one, other), this::countRow, what, limit, fromNanos, toNanos);
        }
    }

    private void choose(InfluxQuery one, InfluxQuery other) {
        if (plain.isEmpty()) {
            return;
        }
        if (plainCount + odd.size() <= maxPoints) {
            plain.clear();
            askPlain(shorter(one, other), points(this::add), "SELECT ?", "", fromNanos, toNanos);
            return;
        }
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        for (List<Point> points : List.of(plain, odd)) {
            for (Point point : points) {
                low = Math.min(low, point.timestampMillis());
                high = Math.max(high, point.timestampMillis());
            }
        }
        buckets = Buckets.between(low, high, maxPoints, isFinite());
        // Buckets may be far longer than time is for InfluxDB; then all that it has is in one of them.
        long start = Math.min(low, Place.FAR) * Place.PLACES;
        long width = Math.min(buckets.width(), Place.FAR) * Place.PLACES;
        String rest = " GROUP BY time(" + width + "ns, " + start % width + "ns) FILL(none)";
        // Within the series' bounds: of a wider range InfluxDB counts every bucket, and may have a limit for them.
        long from = Math.max(fromNanos, start);
        long to = Math.min(toNanos, Math.min(high, Place.FAR - 1) * Place.PLACES + Place.PLACES - 1);
        askPlain(one, points(this::add), "SELECT top(?, 1)", rest, from, to);
        askPlain(other, points(this::add), "SELECT bottom(?, 1)", rest, from, to);
    }

    private void countRow(List<String> columns, String[] values) {
        plainCount = Integer.parseInt(values[1]);
    }

    /** Called by one request's thread and by that of the other. */
    private synchronized void add(Point point) {
        plain.add(point);
    }
}
