package dev.fourfold.metrics.influx;

import dev.fourfold.contract.Problem;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.influx.InfluxQuery.Field;
import dev.fourfold.metrics.point.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One series being read along an axis, in some rounds of statements. Points that no plain field holds are all read in the
 * first one.
 */
abstract class SeriesReading implements AutoCloseable {

    /** Some 100 MB. */
    private static final int MOST_ODD_POINTS = 2_000_000;

    protected final RunRange run;
    protected final String key;
    protected final String encodedKey;
    protected final int maxPoints;

    /** What is in the text field or at the side and in the range. */
    protected final List<Point> odd = new ArrayList<>();

    protected final Outlines.Extension outline;

    private final Axis axis;
    private final Policies policies;

    protected SeriesReading(Axis axis, RunRange run, String key, int maxPoints, Outlines outlines, Policies policies) {
        this.axis = axis;
        this.policies = policies;
        this.run = run;
        this.key = key;
        this.encodedKey = Names.encode(key);
        this.maxPoints = maxPoints;
        this.outline = outlines.extend(
                new RunKey(run.experimentId(), run.runId()), key, policies.expiredBefore(run.experimentId(), key));
    }

    /**
     * Looks at what came last time, and adds the statements that are needed next to one of two requests that are sent at
     * once: no more when everything is there.
     */
    abstract void ask(InfluxQuery one, InfluxQuery other);

    /** What was found. */
    abstract MetricSeries answer();

    @Override
    public void close() {
        outline.close();
    }

    /** The plain field between two places, both included, or something computed from it. */
    protected final void askPlain(
            InfluxQuery statements, InfluxQuery.Rows rows, String what, String rest, long fromNanos, long toNanos) {
        askField(statements, rows, what, rest, Names.plainField(encodedKey), fromNanos, toNanos);
    }

    /** What the outline does not have yet, if anything was written since. */
    protected final void askOutline(InfluxQuery statements, String limit) {
        if (!outline.isUpToDate()) {
            askPlain(statements, outline, "SELECT ?", limit, outline.fromNanos(), Place.FAR * Place.PLACES);
        }
    }

    /** All of the text field between two places. */
    protected final void askText(InfluxQuery statements, long fromNanos, long toNanos) {
        askField(statements, this::textRow, "SELECT ?", "", Names.textField(encodedKey), fromNanos, toNanos);
    }

    /** All of the side. */
    protected final void askSide(InfluxQuery statements) {
        statements.add(
                this::sideRow,
                "SELECT ? FROM ? WHERE run = ? AND bucket = ?",
                Field.SIDE,
                policies.side(run.experimentId(), key),
                Names.encode(run.runId()),
                Integer.toString(Place.bucket(encodedKey)));
    }

    /** What of the side lies at its own time and between two places. */
    protected final void askSide(InfluxQuery statements, long fromNanos, long toNanos) {
        statements.add(
                this::sideRow,
                "SELECT ? FROM ? WHERE run = ? AND bucket = ? AND scale = ? AND time >= ? AND time <= ?",
                Field.SIDE,
                policies.side(run.experimentId(), key),
                Names.encode(run.runId()),
                Integer.toString(Place.bucket(encodedKey)),
                "0",
                fromNanos,
                toNanos);
    }

    private boolean isInRange(Point point) {
        long place = Envelope.place(axis, point);
        return place >= run.from() && place <= run.to();
    }

    protected final boolean isFinite() {
        return odd.stream().allMatch(point -> Double.isFinite(point.value()));
    }

    protected final MetricSeries series(boolean reduced, List<Point> points) {
        return new MetricSeries(key, reduced, new PointBatch(run.experimentId(), run.runId(), points));
    }

    private void askField(
            InfluxQuery statements,
            InfluxQuery.Rows rows,
            String what,
            String rest,
            String field,
            long fromNanos,
            long toNanos) {
        statements.add(
                rows,
                what + " FROM ? WHERE ? = ? AND time >= ? AND time <= ?" + rest,
                Field.wide(field),
                policies.wide(run.experimentId(), key),
                SeriesMemory.RUN,
                Names.encode(run.runId()),
                fromNanos,
                toNanos);
    }

    /** The request with fewer statements so far. */
    protected static InfluxQuery shorter(InfluxQuery one, InfluxQuery other) {
        return one.size() <= other.size() ? one : other;
    }

    /** Receives plain points. */
    protected final InfluxQuery.Rows points(Consumer<Point> receiver) {
        return new InfluxQuery.Rows() {

            @Override
            public void row(List<String> columns, String[] values) {
                String value = values[1];
                if (value != null) {
                    number(columns, Long.parseLong(values[0]), Double.parseDouble(value));
                }
            }

            @Override
            public void number(List<String> columns, long nanos, double value) {
                receiver.accept(Place.plain(key, nanos, value));
            }
        };
    }

    private void textRow(List<String> columns, String[] values) {
        String text = values[1];
        if (text != null) {
            addOdd(text);
        }
    }

    private void sideRow(List<String> columns, String[] values) {
        String text = values[1];
        if (text != null && Place.isOfKey(text, encodedKey)) {
            addOdd(text);
        }
    }

    private void addOdd(String text) {
        Point point = Place.parse(key, text);
        if (point == null || !isInRange(point)) {
            return;
        }
        if (odd.size() == MOST_ODD_POINTS) {
            throw new Problem.TooLarge("Metric '" + key + "' of run '" + run.runId() + "' has more than "
                            + MOST_ODD_POINTS + " points in this range that are kept aside (not finite, steps of a"
                            + " million and more, names past the first thousands of an experiment): ask for a smaller"
                            + " range")
                    .toException();
        }
        odd.add(point);
    }
}
