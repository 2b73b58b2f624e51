package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for lines of one run or several, in order of (time, run, writer, stream, sequence).
 *
 * @param runIds 1 to 1,000
 * @param filter which of their lines
 * @param order which come first
 * @param cursor from the page before, or null for the first page
 * @param limit 1 to 10,000 lines a page
 * @param fromNanos lines at or after this time, or null
 * @param toNanos lines before this time, or null
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LogQuery(
        List<String> runIds,
        LogFilter filter,
        LogOrder order,
        @Nullable String cursor,
        int limit,
        @Nullable Long fromNanos,
        @Nullable Long toNanos) {

    /** Copies the list. */
    public LogQuery {
        runIds = List.copyOf(runIds);
    }

    /** The first lines of a run. */
    public static LogQuery ofRun(String runId, int limit) {
        return new LogQuery(List.of(runId), LogFilter.EVERY_LINE, LogOrder.OLDEST_FIRST, null, limit, null, null);
    }

    /** The same for other runs. */
    public LogQuery withRuns(List<String> ids) {
        return new LogQuery(ids, filter, order, cursor, limit, fromNanos, toNanos);
    }

    /** The same with another filter. */
    public LogQuery withFilter(LogFilter wanted) {
        return new LogQuery(runIds, wanted, order, cursor, limit, fromNanos, toNanos);
    }

    /** The same in another order. */
    public LogQuery withOrder(LogOrder wanted) {
        return new LogQuery(runIds, filter, wanted, cursor, limit, fromNanos, toNanos);
    }

    /** The same from a cursor on. */
    public LogQuery after(@Nullable String place) {
        return new LogQuery(runIds, filter, order, place, limit, fromNanos, toNanos);
    }

    /** The same of a time only. */
    public LogQuery between(@Nullable Long from, @Nullable Long to) {
        return new LogQuery(runIds, filter, order, cursor, limit, from, to);
    }
}
