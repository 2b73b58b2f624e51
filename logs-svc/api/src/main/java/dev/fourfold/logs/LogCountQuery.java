package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Set;

/**
 * Asks how many lines there are, over time.
 *
 * @param runIds 1 to 1,000
 * @param filter which of their lines
 * @param fromNanos lines at or after this time
 * @param toNanos lines before this time
 * @param intervalNanos how long each interval is; the first begins at {@code fromNanos}, and there are 10,000 at most
 * @param by what is counted apart
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LogCountQuery(
        List<String> runIds, LogFilter filter, long fromNanos, long toNanos, long intervalNanos, Set<By> by) {

    /** Copies list and set. */
    public LogCountQuery {
        runIds = List.copyOf(runIds);
        by = Set.copyOf(by);
    }

    /** The same for other runs. */
    public LogCountQuery withRuns(List<String> ids) {
        return new LogCountQuery(ids, filter, fromNanos, toNanos, intervalNanos, by);
    }

    /** What lines can be counted apart by. */
    public enum By {
        RUN,
        STREAM,
        LEVEL
    }
}
