package dev.fourfold.gateway.mlflow;

import dev.fourfold.gateway.http.Json;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.Point;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
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
        int limit = (int) Math.min(left, MOST_A_PAGE);
        HistoryPage next =
                metrics.history(new HistoryQuery(wanted.experimentId(), wanted.runId(), wanted.key(), cursor, limit));
        left -= next.points().points().size();
        return next;
    }
}
