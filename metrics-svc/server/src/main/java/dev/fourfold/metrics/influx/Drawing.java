package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.point.Buckets;
import dev.fourfold.metrics.point.Envelope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A series on its way to a chart. All that it consists of is measured first, then {@linkplain #begin begun} and added: of a
 * chunk that is within a bucket the extremes are looked at, of others the points. A series without many more points than
 * wanted is taken as it is.
 *
 * <p>Points may be given by two threads at once, chunks by one.
 */
final class Drawing {

    /** Up to so many times the points that are wanted, all are taken. */
    private static final int TAKE_ALL = 4;

    private final Axis axis;
    private final RunRange run;
    private final String key;
    private final int maxPoints;
    private final int chunkPoints;

    /** All points in the range, where there is no envelope. */
    private final List<Point> all = new ArrayList<>();

    private @Nullable Buckets buckets;
    private @Nullable Envelope envelope;

    /** How many points are in the range, and between which places. */
    private long count;

    private long low = Long.MAX_VALUE;
    private long high = Long.MIN_VALUE;

    /** @param chunkPoints how many points a chunk has */
    Drawing(Axis axis, RunRange run, String key, int maxPoints, int chunkPoints) {
        this.axis = axis;
        this.run = run;
        this.key = key;
        this.maxPoints = maxPoints;
        this.chunkPoints = chunkPoints;
    }

    synchronized void measure(Point point) {
        if (isInRange(point)) {
            long place = Envelope.place(axis, point);
            low = Math.min(low, place);
            high = Math.max(high, place);
            count++;
        }
    }

    /**
     * Returns false where the chunk's points are needed. What a chunk that lies partly in the range has there is not known,
     * and may be nothing: were its edge taken for the range's, buckets could be far too wide.
     */
    boolean measure(Chunk chunk) {
        if (chunk.isWithin(axis, run.from(), run.to())) {
            low = Math.min(low, chunk.low(axis));
            high = Math.max(high, chunk.high(axis));
            count += chunkPoints;
            return true;
        }
        if (!chunk.overlaps(axis, run.from(), run.to())) {
            return true;
        }
        var kept = chunk.kept();
        if (kept != null) {
            kept.forEach(key, this::measure);
        }
        return kept != null;
    }

    /** @param finite whether all values are: no NaN and no infinity among them */
    void begin(boolean finite) {
        if (count > (long) TAKE_ALL * maxPoints) {
            buckets = Buckets.between(low, high, maxPoints, finite);
            envelope = new Envelope(axis, buckets);
        }
    }

    synchronized void add(Point point) {
        if (isInRange(point)) {
            if (envelope == null) {
                all.add(point);
            } else {
                envelope.add(point);
            }
        }
    }

    /**
     * Returns false where the chunk's points are needed.
     *
     * @param nearly whether the extremes of a chunk will do whose points are not kept, where it lies across a border of
     *     buckets and is no longer than one
     */
    boolean add(Chunk chunk, boolean nearly) {
        if (!chunk.overlaps(axis, run.from(), run.to())) {
            return true;
        }
        var kept = chunk.kept();
        if (buckets != null && chunk.isWithin(axis, run.from(), run.to())) {
            long from = chunk.low(axis);
            long to = chunk.high(axis);
            if (buckets.of(from) == buckets.of(to)
                    || (nearly && kept == null && Long.compareUnsigned(to - from, buckets.width()) <= 0)) {
                chunk.addExtremes(axis, this::add);
                return true;
            }
        }
        if (kept != null) {
            kept.forEach(key, this::add);
        }
        return kept != null;
    }

    /** Whether some points were left out. */
    boolean isReduced() {
        return envelope != null || all.size() > maxPoints;
    }

    /** What is kept. */
    List<Point> points() {
        return envelope == null ? Envelope.reduce(all, axis, maxPoints) : envelope.points();
    }

    private boolean isInRange(Point point) {
        long place = Envelope.place(axis, point);
        return place >= run.from() && place <= run.to();
    }
}
