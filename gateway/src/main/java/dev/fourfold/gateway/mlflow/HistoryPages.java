package dev.fourfold.gateway.mlflow;

import dev.fourfold.gateway.http.Json;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A history as MLflow writes it, page by page of the metric store, so that one of any length takes little memory. The
 * first page is there before anything is answered; a store that goes away later cuts the answer off.
 */
final class HistoryPages implements Enumeration<InputStream> {

    private static final int MOST_A_PAGE = 50_000;
    private static final byte[] NOTHING = {'{', '}'};

    private final MetricOperations metrics;
    private final HistoryQuery wanted;
    private long left;
    private @Nullable Point last;
    private HistoryPage page;
    private boolean first = true;
    private boolean done;

    /**
     * Reads the first page.
     *
     * @param most how many points are wanted at most
     */
    HistoryPages(
            MetricOperations metrics,
            String experimentId,
            String runId,
            String key,
            @Nullable String token,
            long most) {
        this.metrics = metrics;
        this.wanted = new HistoryQuery(experimentId, runId, key, token, MOST_A_PAGE);
        this.left = most;
        this.page = next(token);
    }

    /** The whole answer: bytes where the first page is all, else a stream. */
    Object body() {
        if (isLast()) {
            return nextElement(new ByteArrayOutputStream()).toByteArray();
        }
        return new SequenceInputStream(this);
    }

    @Override
    public boolean hasMoreElements() {
        return !done;
    }

    @Override
    public InputStream nextElement() {
        if (done) {
            throw new NoSuchElementException();
        }
        if (!first) {
            page = next(page.nextCursor());
        }
        return new ByteArrayInputStream(nextElement(new ByteArrayOutputStream()).toByteArray());
    }

    private ByteArrayOutputStream nextElement(ByteArrayOutputStream bytes) {
        var points = page.points().points();
        if (first && isLast() && points.isEmpty()) {
            done = true;
            bytes.writeBytes(NOTHING);
            return bytes;
        }
        if (first) {
            bytes.writeBytes("{\"metrics\":[".getBytes(StandardCharsets.UTF_8));
        }
        byte[] array = Json.bytes(out -> {
            out.writeStartArray();
            for (Point point : points) {
                out.writeStartObject();
                RunJson.metric(out, point.key(), point.value(), point.timestampMillis(), point.step());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
        if (!first && !points.isEmpty()) {
            bytes.write(',');
        }
        bytes.write(array, 1, array.length - 2);
        first = false;
        if (isLast()) {
            done = true;
            bytes.write(']');
            String cursor = page.nextCursor();
            if (cursor != null) {
                byte[] token = Json.bytes(out -> out.writeString(cursor));
                bytes.writeBytes(",\"next_page_token\":".getBytes(StandardCharsets.UTF_8));
                bytes.writeBytes(token);
            }
            bytes.write('}');
        }
        return bytes;
    }

    private boolean isLast() {
        return left == 0 || page.nextCursor() == null;
    }

    private HistoryPage next(@Nullable String cursor) {
        HistoryPage read = read(cursor, Math.min(left, MOST_A_PAGE));
        List<Point> points = distinct(last, read.points().points());
        last = read.points().points().isEmpty() ? last : read.points().points().getLast();
        left -= points.size();
        String nextCursor = read.nextCursor();
        if (left == 0 && nextCursor != null && last != null && mayHaveTwin(last)) {
            // A page must not end between two points that are one, or the next page has it again.
            HistoryPage behind = read(nextCursor, 1);
            if (distinct(last, behind.points().points()).isEmpty()) {
                nextCursor = behind.nextCursor();
            }
        }
        return new HistoryPage(new PointBatch(wanted.experimentId(), wanted.runId(), points), nextCursor);
    }

    private HistoryPage read(@Nullable String cursor, long limit) {
        return metrics.history(
                new HistoryQuery(wanted.experimentId(), wanted.runId(), wanted.key(), cursor, (int) limit));
    }

    /**
     * Leaves out what MLflow takes for the point before: an infinity and the greatest double are one value to it.
     *
     * @param before the point that comes before these, if any
     */
    static List<Point> distinct(@Nullable Point before, List<Point> points) {
        if (points.stream().noneMatch(HistoryPages::mayHaveTwin)) {
            return points;
        }
        var distinct = new ArrayList<Point>(points.size());
        Point previous = before;
        for (Point point : points) {
            if (previous == null || !isTwin(previous, point)) {
                distinct.add(point);
            }
            previous = point;
        }
        return distinct;
    }

    private static boolean mayHaveTwin(Point point) {
        return Math.abs(point.value()) >= Double.MAX_VALUE;
    }

    private static boolean isTwin(Point point, Point next) {
        return mayHaveTwin(point)
                && RunJson.bounded(point.value()) == RunJson.bounded(next.value())
                && point.timestampMillis() == next.timestampMillis()
                && point.step() == next.step();
    }
}
