package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.MetricEngine;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.gateway.v1.MetricQuestion.Along;
import dev.fourfold.gateway.v1.MetricQuestion.Format;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metrics.Axis;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRange;
import dev.fourfold.metrics.SeriesQuery;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Many metrics of many runs in one question, for charts and for notebooks. */
@Controller(V1.PATH + "/metrics/query")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class MetricQueryController {

    private static final int BODY_LIMIT = 256 * 1024;
    private static final MediaType CSV = new MediaType("text/csv; charset=utf-8");

    private final MetricOperations metrics;
    private final RunOperations runs;
    private final RunPlaces places;
    private final MetricEngine engine;

    MetricQueryController(MetricOperations metrics, RunOperations runs, RunPlaces places, MetricEngine engine) {
        this.metrics = metrics;
        this.runs = runs;
        this.places = places;
        this.engine = engine;
    }

    @Access(AccessLevel.READ)
    @Post
    HttpResponse<byte[]> query(HttpRequest<?> request) {
        checkContentType(request);
        var question = MetricQuestion.read(Bodies.readText(request, BODY_LIMIT));
        var startMillis = new HashMap<String, Long>();
        List<MetricSeries> series = question.last() ? last(question) : series(question, startMillis);
        var answer = new SeriesAnswer(series, question.axis(), question.last(), startMillis);
        Store store = question.last() ? Store.POSTGRESQL : engine.now();
        var response = format(request, question) == Format.CSV
                ? HttpResponse.ok(answer.csv()).contentType(CSV)
                : Json.ok(answer.json());
        return (store == null ? response : response.header(Store.HEADER, store.headerValue()))
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    }

    private List<MetricSeries> series(MetricQuestion question, Map<String, Long> startMillis) {
        var ranges = new ArrayList<RunRange>();
        if (question.axis() == Along.RELATIVE_TIME) {
            for (RunInfo run : runs.infos(question.runIds())) {
                startMillis.put(run.runId(), run.startTimeMillis());
                ranges.add(range(question, run.runId(), run.experimentId(), run.startTimeMillis()));
            }
        } else {
            for (String runId : question.runIds()) {
                ranges.add(range(question, runId, places.experimentOf(runId), 0));
            }
        }
        Axis axis = question.axis() == Along.STEP ? Axis.STEP : Axis.TIME;
        return metrics.series(new SeriesQuery(ranges, question.keys(), axis, question.maxPoints()));
    }

    /** A question's end is left out, a range's is included. */
    private static RunRange range(MetricQuestion question, String runId, String experimentId, long startMillis) {
        Long from = question.from();
        Long to = question.to();
        return new RunRange(
                experimentId,
                runId,
                from == null ? Long.MIN_VALUE : sum(from, startMillis),
                to == null ? Long.MAX_VALUE : sum(to - 1, startMillis));
    }

    private static long sum(long a, long b) {
        return BigInteger.valueOf(a)
                .add(BigInteger.valueOf(b))
                .max(BigInteger.valueOf(Long.MIN_VALUE))
                .min(BigInteger.valueOf(Long.MAX_VALUE))
                .longValue();
    }

    /** What PostgreSQL has of each metric: the greatest by step, timestamp and value. */
    private List<MetricSeries> last(MetricQuestion question) {
        var series = new ArrayList<MetricSeries>();
        for (String runId : question.runIds()) {
            Run run = runs.get(runId);
            var byKey = new HashMap<String, Metric>();
            run.metrics().forEach(metric -> byKey.put(metric.key(), metric));
            List<String> keys = question.keys().isEmpty()
                    ? run.metrics().stream().map(Metric::key).toList()
                    : question.keys();
            for (String key : keys) {
                Metric metric = byKey.get(key);
                List<Point> points = metric == null
                        ? List.of()
                        : List.of(new Point(key, metric.timestampMillis(), metric.step(), metric.value()));
                series.add(
                        new MetricSeries(key, false, new PointBatch(run.info().experimentId(), runId, points)));
            }
        }
        return series;
    }

    private static Format format(HttpRequest<?> request, MetricQuestion question) {
        @Nullable Format asked = question.format();
        return Objects.requireNonNullElseGet(asked, () -> accepted(request));
    }

    /** The first of the two that is accepted; JSON where neither is named. */
    private static Format accepted(HttpRequest<?> request) {
        for (MediaType type : request.accept()) {
            switch (type.getName()) {
                case "text/csv" -> {
                    return Format.CSV;
                }
                case MediaType.APPLICATION_JSON -> {
                    return Format.JSON;
                }
                default -> {}
            }
        }
        return Format.JSON;
    }

    /** What a form of a strange page can send without asking first is not taken. */
    private static void checkContentType(HttpRequest<?> request) {
        String type = request.getContentType().map(MediaType::getName).orElse("");
        if (!type.equals(MediaType.APPLICATION_JSON)) {
            throw new Problem.InvalidArgument("Content-Type must be application/json, not '" + type + "'.")
                    .toException();
        }
    }
}
