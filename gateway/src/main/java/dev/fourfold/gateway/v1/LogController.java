package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.lines.EpochNanos;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogPage;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.SeriesQuery;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a training prints: lines in, lines out. */
@Controller(V1.PATH + "/runs/{runId}/logs")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class LogController {

    private static final Set<String> NDJSON =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines");

    private static final Set<String> PAGE = Set.of("order", "cursor", "limit");
    private static final Set<String> COUNTS = Set.of("buckets", "interval", "by");
    private static final Set<String> AROUND = Set.of("time", "metric", "step", "before", "after");

    private static final int LINES_BESIDE = 50;
    private static final int POINTS_OF_A_STEP = 12;
    private static final long NANOS_OF_A_MILLI = 1_000_000;

    private final LogOperations logs;
    private final MetricOperations metrics;
    private final RunPlaces places;

    LogController(LogOperations logs, MetricOperations metrics, RunPlaces places) {
        this.logs = logs;
        this.metrics = metrics;
        this.places = places;
    }

    @Access(AccessLevel.WRITE)
    @Post
    HttpResponse<byte[]> append(HttpRequest<?> request, String runId) {
        checkContentType(request);
        var lines = new LogReader(EpochNanos.of(Instant.now())).read(Bodies.readText(request, Bodies.BATCH_LIMIT));
        // After the body, which may take its time: a purge waits for writes that are past this for a moment only.
        String retentionClass = places.retentionClassOf(runId);
        if (!lines.isEmpty()) {
            logs.append(new LogBatch(runId, lines, retentionClass));
        }
        return Json.ok(Json.bytes(out -> {
            out.writeStartObject();
            out.writeNumberField("accepted", lines.size());
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> search(HttpRequest<?> request, String runId) {
        places.experimentOf(runId);
        return LogAnswer.page(logs.search(new LogQuestion(request, PAGE).page(List.of(runId))), false);
    }

    /** How many lines there are over time: a histogram. */
    @Access(AccessLevel.READ)
    @Get("/counts")
    HttpResponse<byte[]> counts(HttpRequest<?> request, String runId) {
        places.experimentOf(runId);
        return counts(logs, new LogQuestion(request, COUNTS), List.of(runId));
    }

    static HttpResponse<byte[]> counts(LogOperations logs, LogQuestion question, List<String> runIds) {
        Optional<LogCountQuery> query = question.counts(logs, runIds);
        return LogAnswer.counts(query, query.map(logs::counts).orElse(List.of()));
    }

    /** What was logged when a metric had a step, or at a time. */
    @Access(AccessLevel.READ)
    @Get("/around")
    HttpResponse<byte[]> around(HttpRequest<?> request, String runId) {
        String experimentId = places.experimentOf(runId);
        var question = new LogQuestion(request, AROUND);
        long timeNanos = timeOf(new Query(request), experimentId, runId);
        int before = question.lines("before", LINES_BESIDE);
        int after = question.lines("after", LINES_BESIDE);
        return LogAnswer.around(
                timeNanos,
                beside(question, runId, LogOrder.NEWEST_FIRST, timeNanos, before),
                beside(question, runId, LogOrder.OLDEST_FIRST, timeNanos, after));
    }

    private LogPage beside(LogQuestion question, String runId, LogOrder order, long timeNanos, int lines) {
        return lines == 0 ? new LogPage(List.of(), null) : logs.search(question.beside(runId, order, timeNanos, lines));
    }

    /** A time that is given, or that of the last value that a metric has at a step. */
    private long timeOf(Query query, String experimentId, String runId) {
        Long time = query.nanos("time");
        String metric = query.text("metric");
        String step = query.text("step");
        if ((time == null) == (metric == null) || (metric == null) != (step == null)) {
            throw LogQuestion.refusal("Either 'time' is given, or 'metric' and 'step'.");
        }
        if (metric == null || step == null) {
            return Objects.requireNonNull(time);
        }
        if (!step.matches("-?\\d{1,18}")) {
            throw LogQuestion.refusal("'step' is a whole number.");
        }
        long at = Long.parseLong(step);
        long timeMillis = metrics
                .series(new SeriesQuery(
                        List.of(new RunRange(experimentId, runId, at, at)),
                        List.of(metric),
                        Axis.STEP,
                        POINTS_OF_A_STEP))
                .stream()
                .flatMap(series -> series.points().points().stream())
                .mapToLong(Point::timestampMillis)
                .max()
                .orElseThrow(() -> new Problem.NotFound(
                                "Run " + runId + " has no value of metric '" + metric + "' at step " + at + ".")
                        .toException());
        try {
            return Math.multiplyExact(timeMillis, NANOS_OF_A_MILLI);
        } catch (ArithmeticException e) {
            throw new Problem.NotFound("No line can be at the time of that value, " + timeMillis + " ms.")
                    .toException(e);
        }
    }

    /** What a form of a strange page can send without asking first is not taken. */
    private static void checkContentType(HttpRequest<?> request) {
        String type = request.getContentType().map(MediaType::getName).orElse("");
        if (!type.equals(MediaType.APPLICATION_JSON) && !NDJSON.contains(type)) {
            throw new Problem.InvalidArgument(
                            "Content-Type must be application/json or application/x-ndjson, not '" + type + "'.")
                    .toException();
        }
    }
}
