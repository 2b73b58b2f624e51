package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogCountQuery.By;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogFilter.Match;
import dev.fourfold.logs.LogFilter.Part;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogQuery;
import io.micronaut.http.HttpRequest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request's parameters ask of lines; a parameter that is not known is refused, as it would change nothing. */
final class LogQuestion {

    private static final int LINES_UNLESS_SAID = 1000;
    private static final int MOST_LINES = 10_000;
    private static final int BUCKETS_UNLESS_SAID = 60;
    private static final int MOST_BUCKETS = 1_000;
    private static final int MOST_VALUES = 20;
    private static final String FIELD = "field.";

    private static final Pattern INTERVAL = Pattern.compile("([1-9]\\d{0,9})(ms|s|m|h|d)");

    private static final Set<String> FILTERS =
            Set.of("level", "stream", "rank", "writer", "q", "words", "regex", "not", "from", "to");

    private final HttpRequest<?> request;
    private final Query query;

    /** @param known the parameters that the route has beside those that choose lines */
    LogQuestion(HttpRequest<?> request, Set<String> known) {
        this.request = request;
        this.query = new Query(request);
        for (String name : request.getParameters().names()) {
            if (!FILTERS.contains(name) && !known.contains(name) && !isField(name)) {
                throw refusal("There is no parameter '" + name + "' here.");
            }
        }
    }

    /** A page's query. */
    LogQuery page(List<String> runIds) {
        return new LogQuery(
                runIds,
                filter(),
                order(),
                query.text("cursor"),
                query.number("limit", LINES_UNLESS_SAID, MOST_LINES),
                query.nanos("from"),
                query.nanos("to"));
    }

    /** A query for lines as they come. */
    LiveLogQuery live(List<String> runIds, @Nullable String after) {
        if (query.text("from") != null || query.text("to") != null) {
            throw refusal(
                    "Lines as they come have no 'from' and 'to': 'tail' says with how many of the last to begin.");
        }
        return new LiveLogQuery(runIds, filter(), after);
    }

    /** A query for so many lines on one side of a time. */
    LogQuery beside(String runId, LogOrder order, long timeNanos, int limit) {
        Long from = query.nanos("from");
        Long to = query.nanos("to");
        if (order == LogOrder.NEWEST_FIRST) {
            to = to == null ? Long.valueOf(timeNanos) : Long.valueOf(Math.min(to, timeNanos));
        } else {
            from = from == null ? Long.valueOf(timeNanos) : Long.valueOf(Math.max(from, timeNanos));
        }
        return new LogQuery(List.of(runId), filter(), order, null, limit, from, to);
    }

    /** A count's query: over the time asked for, or over all the lines that the runs have; empty where they have none. */
    Optional<LogCountQuery> counts(LogOperations logs, List<String> runIds) {
        Long from = query.nanos("from");
        Long to = query.nanos("to");
        Set<By> by = by();
        int buckets = query.number("buckets", BUCKETS_UNLESS_SAID, MOST_BUCKETS);
        String interval = query.text("interval");
        if (interval != null && query.text("buckets") != null) {
            throw refusal("'buckets' and 'interval' do not go together.");
        }
        Long each = interval == null ? null : Long.valueOf(intervalNanos(interval));
        LogFilter filter = filter();
        long first;
        long end;
        if (from == null || to == null) {
            List<LogExtent> extents = logs.extents(runIds);
            if (extents.isEmpty()) {
                return Optional.empty();
            }
            first = from != null
                    ? from
                    : extents.stream().mapToLong(LogExtent::firstNanos).min().orElseThrow();
            long last = extents.stream().mapToLong(LogExtent::lastNanos).max().orElseThrow();
            end = to != null ? to : Math.min(Long.MAX_VALUE - 1, last) + 1;
            if (end <= first) {
                return Optional.empty();
            }
        } else {
            first = from;
            end = to;
        }
        if (end <= first) {
            throw refusal("'to' is after 'from'.");
        }
        long nanos = each == null ? (end - first - 1) / buckets + 1 : each;
        return Optional.of(new LogCountQuery(runIds, filter, first, end, nanos, by));
    }

    /** How many lines on one side. */
    int lines(String name, int unlessSaid) {
        return "0".equals(query.text(name)) ? 0 : query.number(name, unlessSaid, MOST_LINES);
    }

    private LogOrder order() {
        String order = query.text("order");
        return switch (order == null ? "oldest" : order) {
            case "oldest" -> LogOrder.OLDEST_FIRST;
            case "newest" -> LogOrder.NEWEST_FIRST;
            default -> throw refusal("'order' is 'oldest' or 'newest', which come first.");
        };
    }

    private Set<By> by() {
        String by = query.text("by");
        if (by == null) {
            return EnumSet.of(By.LEVEL);
        }
        var set = EnumSet.noneOf(By.class);
        for (String one : by.split(",", -1)) {
            set.add(
                    switch (one) {
                        case "level" -> By.LEVEL;
                        case "stream" -> By.STREAM;
                        case "run" -> By.RUN;
                        default -> throw refusal("'by' is some of 'level', 'stream' and 'run', with commas between.");
                    });
        }
        return set;
    }

    private LogFilter filter() {
        var all = new ArrayList<LogFilter>();
        LogLevel level = query.choice("level", LogLevel.class);
        if (level != null) {
            all.add(new LogFilter.MinimumLevel(level));
        }
        anyOf(all, "stream", Part.STREAM);
        anyOf(all, "writer", Part.WRITER);
        anyOf(all, "rank", Part.RANK);
        for (String text : query.texts("q", 0, MOST_VALUES)) {
            all.add(LogFilter.message(text));
        }
        for (String text : query.texts("words", 0, MOST_VALUES)) {
            all.add(new LogFilter.Text(Part.MESSAGE, "", Match.WORDS, text));
        }
        for (String text : query.texts("regex", 0, MOST_VALUES)) {
            all.add(new LogFilter.Text(Part.MESSAGE, "", Match.REGEX, text));
        }
        for (String text : query.texts("not", 0, MOST_VALUES)) {
            all.add(new LogFilter.Not(LogFilter.message(text)));
        }
        for (String name : request.getParameters().names()) {
            if (isField(name)) {
                for (String value : query.texts(name, 1, MOST_VALUES)) {
                    all.add(LogFilter.field(name.substring(FIELD.length()), value));
                }
            }
        }
        return new LogFilter.All(all);
    }

    /** A parameter that is given several times wants lines with one of its values. */
    private void anyOf(List<LogFilter> all, String name, Part part) {
        List<String> values = query.texts(name, 0, MOST_VALUES);
        if (part == Part.RANK && !values.stream().allMatch(value -> value.matches("0|[1-9]\\d{0,9}"))) {
            throw refusal("'rank' is a whole number from 0.");
        }
        if (!values.isEmpty()) {
            all.add(new LogFilter.Any(values.stream()
                    .<LogFilter>map(value -> new LogFilter.Text(part, "", Match.EQUALS, value))
                    .toList()));
        }
    }

    private static boolean isField(String name) {
        return name.startsWith(FIELD) && name.length() > FIELD.length();
    }

    private static long intervalNanos(String text) {
        var form = INTERVAL.matcher(text);
        if (!form.matches()) {
            throw refusal("'interval' is written 500ms, 10s, 5m, 1h or 1d.");
        }
        long unit = switch (form.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
        };
        try {
            return Math.multiplyExact(Long.parseLong(form.group(1)), unit);
        } catch (ArithmeticException e) {
            throw refusal("'interval' is too long.");
        }
    }

    static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
