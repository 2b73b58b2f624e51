package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.point.Buckets;
import dev.fourfold.metrics.point.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A series along steps, by its outline: of chunks that are no longer than a bucket only the extremes are looked at, the
 * points of others are read. A series without many more points than wanted is read as it is.
 */
final class StepReading extends SeriesReading {

    /** Up to so many times the points that are wanted, all are read. */
    private static final int READ_ALL = 4;

    /** Stretches of time to be read are taken together until they are no more than this. */
    private static final int MOST_STRETCHES = 20;

    private final long readAll;
    private final int chunkPoints;

    /** All points in the range, where there is no envelope. */
    private final List<Point> all = new ArrayList<>();

    private @Nullable Envelope envelope;
    private int round;

    /** How many points are in the range, and between which steps. */
    private long count;

    private long low = Long.MAX_VALUE;
    private long high = Long.MIN_VALUE;

    StepReading(RunRange run, String key, int maxPoints, Outlines outlines, Policies policies) {
        super(Axis.STEP, run, key, maxPoints, outlines, policies);
        this.readAll = (long) READ_ALL * maxPoints;
        this.chunkPoints = outlines.chunkPoints();
    }

    @Override
    void ask(InfluxQuery one, InfluxQuery other) {
        round++;
        switch (round) {
            case 1 -> askForEnd(shorter(one, other));
            case 2 -> {
                outline.complete();
                if (!measure(one, other)) {
                    round++;
                    askForPoints(one, other);
                }
            }
            case 3 -> askForPoints(one, other);
            default -> {}
        }
    }

    private void askForEnd(InfluxQuery statements) {
        askPlain(statements, outline, "SELECT ?", "", outline.fromNanos(), Place.FAR * Place.PLACES);
        askText(statements, 0, Place.FAR * Place.PLACES);
        askSide(statements);
    }

    /**
     * Where the points in the range begin and end. What a chunk that lies partly in it has there is not known, and may be
     * nothing: were its edge taken for the range's, buckets could be far too wide. Returns whether points are asked for.
     */
    private boolean measure(InfluxQuery one, InfluxQuery other) {
        odd.forEach(this::measure);
        outline.tail().forEach(this::measure);
        var asked = new ArrayList<Stretch>();
        for (Chunk chunk : outline.chunks()) {
            if (chunk.isWithin(run.from(), run.to())) {
                low = Math.min(low, chunk.first().step());
                high = Math.max(high, chunk.last().step());
                count += chunkPoints;
            } else if (chunk.overlaps(run.from(), run.to())) {
                if (chunk.kept() != null) {
                    chunk.kept().forEach(key, this::measure);
                } else {
                    asked.add(new Stretch(chunk.startNanos(), chunk.endNanos()));
                }
            }
        }
        ask(asked, this::measure, one, other);
        return !asked.isEmpty();
    }

    private void askForPoints(InfluxQuery one, InfluxQuery other) {
        all.addAll(odd);
        outline.tail().stream().filter(this::isInRange).forEach(all::add);
        if (count > readAll) {
            var buckets = Buckets.between(low, high, maxPoints, isFinite());
            envelope = new Envelope(Axis.STEP, buckets);
            all.forEach(envelope::add);
            read(outline.chunks(), buckets.width(), one, other);
        } else {
            read(outline.chunks(), -1, one, other);
        }
    }

    @Override
    MetricSeries answer() {
        return envelope == null
                ? series(all.size() > maxPoints, Envelope.reduce(all, Axis.STEP, maxPoints))
                : series(true, envelope.points());
    }

    /** @param width of a bucket: chunks of no more than this are not read; negative to read all */
    private void read(List<Chunk> chunks, long width, InfluxQuery one, InfluxQuery other) {
        var stretches = new ArrayList<Stretch>();
        int lastRead = -2;
        for (int i = 0; i < chunks.size(); i++) {
            Chunk chunk = chunks.get(i);
            if (!chunk.overlaps(run.from(), run.to())) {
                continue;
            }
            if (envelope != null
                    && chunk.isWithin(run.from(), run.to())
                    && Long.compareUnsigned(chunk.span(), width) <= 0) {
                chunk.addTo(envelope);
                continue;
            }
            if (chunk.kept() != null) {
                chunk.kept().forEach(key, this::add);
                continue;
            }
            long start = i == lastRead + 1 ? stretches.removeLast().start : chunk.startNanos();
            stretches.add(new Stretch(start, chunk.endNanos()));
            lastRead = i;
        }
        ask(stretches, this::add, one, other);
    }

    /** Asks for the points of these stretches, and of what lies between some of them. */
    private void ask(List<Stretch> stretches, Consumer<Point> receiver, InfluxQuery one, InfluxQuery other) {
        int together = Math.ceilDiv(stretches.size(), MOST_STRETCHES);
        for (int i = 0; i < stretches.size(); i += together) {
            Stretch end = stretches.get(Math.min(i + together, stretches.size()) - 1);
            askPlain(
                    i / together % 2 == 0 ? one : other,
                    points(receiver),
                    "SELECT ?",
                    "",
                    stretches.get(i).start,
                    end.end);
        }
    }

    /** Called by one request's thread and by that of the other. */
    private synchronized void measure(Point point) {
        if (isInRange(point)) {
            low = Math.min(low, point.step());
            high = Math.max(high, point.step());
            count++;
        }
    }

    /** Called by one request's thread and by that of the other. */
    private synchronized void add(Point point) {
        if (isInRange(point)) {
            if (envelope == null) {
                all.add(point);
            } else {
                envelope.add(point);
            }
        }
    }

    /** From one place to another, both included. */
    private record Stretch(long start, long end) {}
}
