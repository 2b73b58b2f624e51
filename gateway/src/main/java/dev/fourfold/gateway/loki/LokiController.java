package dev.fourfold.gateway.loki;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.loki.CountSeries.Moment;
import dev.fourfold.gateway.loki.CountSeries.Series;
import dev.fourfold.gateway.loki.LogQl.Counts;
import dev.fourfold.gateway.loki.LogQl.Lines;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.metadata.experiment.Experiment;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of Loki's API that Grafana's data source reads lines with. What is asked for and how, is taken from Grafana's
 * {@code pkg/tsdb/loki/api.go}, {@code healthcheck.go} and {@code public/app/plugins/datasource/loki}.
 *
 * @see <a href="https://grafana.com/docs/loki/latest/reference/loki-http-api/">Loki's HTTP API</a>
 */
@Controller(LokiController.PATH)
@Produces(MediaType.ALL)
final class LokiController {

    static final String PATH = "/loki/api/v1";

    private static final int LINES_UNLESS_SAID = 100;
    private static final int MOST_LINES = 10_000;
    private static final int LINES_AT_ONCE = 1_000;

    /** A page may be short because the search was long; so many of them are asked for. */
    private static final int MOST_PAGES = 50;

    /** Where a question about labels names no runs. */
    private static final int RUNS_UNLESS_SAID = 100;

    private final LogOperations logs;
    private final SelectedRuns runs;

    LokiController(LogOperations logs, SelectedRuns runs) {
        this.logs = logs;
        this.runs = runs;
    }

    @Access(AccessLevel.READ)
    @Get("/query_range")
    HttpResponse<byte[]> queryRange(HttpRequest<?> request) {
        var time = LokiTime.of(request);
        return switch (LogQlReader.read(needed(request, "query"))) {
            case Lines lines -> lines(request, lines, time);
            case Counts counts ->
                matrix(new CountSeries(logs, counts, runs.of(counts.lines()))
                        .at(time.startNanos(), time.endNanos(), time.step(request)));
            case LogQl.Constant _ -> throw refusal("A vector is asked for at one time only, by /query.");
        };
    }

    @Access(AccessLevel.READ)
    @Get("/query")
    HttpResponse<byte[]> query(HttpRequest<?> request) {
        long time = LokiTime.instant(request);
        return switch (LogQlReader.read(needed(request, "query"))) {
            case Lines _ -> throw refusal("Lines are asked for over a range of time, by /query_range.");
            case Counts counts ->
                vector(new CountSeries(logs, counts, runs.of(counts.lines())).at(time, time, counts.rangeNanos()));
            case LogQl.Constant constant ->
                data("vector", out -> {
                    out.writeStartObject();
                    out.writeObjectFieldStart("metric");
                    out.writeEndObject();
                    writeValue(out, "value", time, number(constant.value()));
                    out.writeEndObject();
                });
        };
    }

    @Access(AccessLevel.READ)
    @Get("/labels")
    HttpResponse<byte[]> labels() {
        return list(Labels.ALL);
    }

    @Access(AccessLevel.READ)
    @Get("/label/{name}/values")
    HttpResponse<byte[]> values(HttpRequest<?> request, String name) {
        var time = LokiTime.of(request);
        String query = request.getParameters().get("query");
        boolean chosen = query != null && !query.isEmpty() && !query.equals("{}");
        if (!chosen) {
            switch (name) {
                case Labels.EXPERIMENT -> {
                    return list(sorted(runs.experiments().stream().map(Experiment::name)));
                }
                case Labels.EXPERIMENT_ID -> {
                    return list(sorted(runs.experiments().stream().map(Experiment::experimentId)));
                }
                default -> {} // Asked of the newest runs.
            }
        }
        if (name.equals(Labels.LEVEL) || name.equals(Labels.DETECTED_LEVEL)) {
            return list(Arrays.stream(LogLevel.values())
                    .map(level -> level.name().toLowerCase(Locale.ROOT))
                    .toList());
        }
        if (Labels.OF_RUNS.contains(name)) {
            List<RunLabels> found =
                    chosen ? runs.of(LogQlReader.readLines(query)) : runs.newest(SelectedRuns.MOST_RUNS);
            return list(sorted(found.stream().flatMap(run -> run.value(name).stream())));
        }
        if (!name.equals(Labels.STREAM)) {
            return list(List.of());
        }
        Lines lines = chosen ? LogQlReader.readLines(query) : new Lines(List.of(), List.of());
        List<RunLabels> found = chosen ? runs.of(lines) : runs.newest(RUNS_UNLESS_SAID);
        return list(sorted(over(time, new Counts(lines, 1, true, List.of(Labels.STREAM)), found).stream()
                .flatMap(series -> Stream.ofNullable(series.labels().get(Labels.STREAM)))));
    }

    @Access(AccessLevel.READ)
    @Get("/series")
    HttpResponse<byte[]> series(HttpRequest<?> request) {
        var time = LokiTime.of(request);
        List<String> selectors = request.getParameters().getAll("match[]");
        if (selectors.isEmpty()) {
            selectors = request.getParameters().getAll("match");
        }
        if (selectors.isEmpty()) {
            throw refusal("'match[]' is missing: a stream selector, as {run_id=\"...\"}.");
        }
        var found = selectors.stream()
                .map(LogQlReader::readLines)
                .flatMap(lines -> over(time, new Counts(lines, 1, false, List.of()), runs.of(lines)).stream())
                .map(Series::labels)
                .distinct()
                .toList();
        return answer(out -> {
            out.writeArrayFieldStart("data");
            for (Map<String, String> labels : found) {
                write(out, labels);
            }
            out.writeEndArray();
        });
    }

    /** One count over the whole time. */
    private List<Series> over(LokiTime time, Counts counts, List<RunLabels> found) {
        long range = time.endNanos() - time.startNanos();
        var whole = new Counts(counts.lines(), range, counts.summed(), counts.by());
        return new CountSeries(logs, whole, found).at(time.endNanos() - 1, time.endNanos() - 1, range);
    }

    private HttpResponse<byte[]> lines(HttpRequest<?> request, Lines lines, LokiTime time) {
        int limit = limit(request);
        LogOrder order = order(request);
        List<RunLabels> found = runs.of(lines);
        var filter = Conditions.ofLines(lines);
        var streams = new LinkedHashMap<Map<String, String>, List<LogLine>>();
        Map<String, RunLabels> byId = found.stream().collect(Collectors.toMap(RunLabels::runId, run -> run));
        String cursor = null;
        int taken = 0;
        for (int page = 0; !found.isEmpty() && taken < limit; page++) {
            if (page == MOST_PAGES) {
                throw new Problem.TooLarge("The search looked through " + MOST_PAGES + " pages and found " + taken
                                + " lines: choose fewer runs, or less time.")
                        .toException();
            }
            LogPage read = logs.search(new LogQuery(
                    List.copyOf(byId.keySet()),
                    filter,
                    order,
                    cursor,
                    Math.min(LINES_AT_ONCE, limit - taken),
                    time.startNanos(),
                    time.endNanos()));
            for (FoundLine line : read.lines()) {
                RunLabels run = byId.get(line.runId());
                if (run != null) {
                    streams.computeIfAbsent(labels(run, line.line()), some -> new ArrayList<>())
                            .add(line.line());
                    taken++;
                }
            }
            cursor = read.nextCursor();
            if (cursor == null) {
                break;
            }
        }
        return data("streams", out -> {
            for (var stream : streams.entrySet()) {
                out.writeStartObject();
                out.writeFieldName("stream");
                write(out, stream.getKey());
                out.writeArrayFieldStart("values");
                for (LogLine line : stream.getValue()) {
                    out.writeStartArray();
                    out.writeString(Long.toString(line.timeNanos()));
                    out.writeString(line.message());
                    out.writeEndArray();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
        });
    }

    private static Map<String, String> labels(RunLabels run, LogLine line) {
        var labels = new TreeMap<String, String>();
        run.putInto(labels);
        labels.put(Labels.STREAM, line.stream());
        labels.put(Labels.LEVEL, line.level().name().toLowerCase(Locale.ROOT));
        if (line.rank() != null) {
            labels.put(Labels.RANK, line.rank().toString());
        }
        return labels;
    }

    private static HttpResponse<byte[]> matrix(List<Series> series) {
        return data("matrix", out -> {
            for (Series one : series) {
                out.writeStartObject();
                out.writeFieldName("metric");
                write(out, one.labels());
                out.writeArrayFieldStart("values");
                for (Moment moment : one.moments()) {
                    writeValue(out, null, moment.nanos(), Long.toString(moment.lines()));
                }
                out.writeEndArray();
                out.writeEndObject();
            }
        });
    }

    private static HttpResponse<byte[]> vector(List<Series> series) {
        return data("vector", out -> {
            for (Series one : series) {
                Moment moment = one.moments().getFirst();
                out.writeStartObject();
                out.writeFieldName("metric");
                write(out, one.labels());
                writeValue(out, "value", moment.nanos(), Long.toString(moment.lines()));
                out.writeEndObject();
            }
        });
    }

    private static HttpResponse<byte[]> data(String type, Json.Writing result) {
        return answer(out -> {
            out.writeObjectFieldStart("data");
            out.writeStringField("resultType", type);
            out.writeArrayFieldStart("result");
            result.to(out);
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static HttpResponse<byte[]> list(Collection<String> values) {
        return answer(out -> {
            out.writeArrayFieldStart("data");
            for (String value : values) {
                out.writeString(value);
            }
            out.writeEndArray();
        });
    }

    private static HttpResponse<byte[]> answer(Json.Writing data) {
        return Json.ok(Store.MONGODB, Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("status", "success");
            data.to(out);
            out.writeEndObject();
        }));
    }

    private static void write(JsonGenerator out, Map<String, String> labels) throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, String> label : labels.entrySet()) {
            out.writeStringField(label.getKey(), label.getValue());
        }
        out.writeEndObject();
    }

    /** Seconds with a fraction, and the number as a text. */
    private static void writeValue(JsonGenerator out, @Nullable String name, long nanos, String number)
            throws IOException {
        if (name != null) {
            out.writeFieldName(name);
        }
        out.writeStartArray();
        out.writeNumber(BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString());
        out.writeString(number);
        out.writeEndArray();
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static Collection<String> sorted(Stream<String> values) {
        return values.collect(Collectors.toCollection(TreeSet::new));
    }

    private static String needed(HttpRequest<?> request, String name) {
        String value = request.getParameters().get(name);
        if (value == null || value.isBlank()) {
            throw refusal("'" + name + "' is missing.");
        }
        return value;
    }

    private static int limit(HttpRequest<?> request) {
        String text = request.getParameters().get("limit");
        if (text == null || text.isEmpty()) {
            return LINES_UNLESS_SAID;
        }
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_LINES) {
            throw refusal("'limit' is a whole number from 1 to " + MOST_LINES + ".");
        }
        return Integer.parseInt(text);
    }

    private static LogOrder order(HttpRequest<?> request) {
        String text = request.getParameters().get("direction");
        return switch (text == null ? "" : text.toLowerCase(Locale.ROOT)) {
            case "", "backward" -> LogOrder.NEWEST_FIRST;
            case "forward" -> LogOrder.OLDEST_FIRST;
            default -> throw refusal("'direction' is 'backward' or 'forward'.");
        };
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
