package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many lines an interval has.
 *
 * @param fromNanos where the interval begins
 * @param runId where runs are counted apart, else null
 * @param stream where streams are counted apart, else null
 * @param level where levels are counted apart, else null
 * @param lines at least 1
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LogCount(
        long fromNanos,
        @Nullable String runId,
        @Nullable String stream,
        @Nullable LogLevel level,
        long lines) {

    private static final Comparator<LogCount> ORDER = Comparator.comparingLong(LogCount::fromNanos)
            .thenComparing(LogCount::runId, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(LogCount::stream, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(LogCount::level, Comparator.nullsFirst(Comparator.naturalOrder()));

    /** Adds counts of the same interval and group up, in order. */
    public static List<LogCount> sum(List<List<LogCount>> counts) {
        var sums = new TreeMap<LogCount, Long>(ORDER);
        counts.forEach(some -> some.forEach(count -> sums.merge(count, count.lines(), Long::sum)));
        return sums.entrySet().stream()
                .map(sum -> sum.getKey().with(sum.getValue()))
                .toList();
    }

    private LogCount with(long sum) {
        return new LogCount(fromNanos, runId, stream, level, sum);
    }
}
