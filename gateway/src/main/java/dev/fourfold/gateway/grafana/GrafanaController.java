package dev.fourfold.gateway.grafana;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.grafana.Answer.Series;
import dev.fourfold.gateway.grafana.InfluxQl.Select;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.MetricEngine;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of InfluxDB's API that Grafana's data source reads with, in its InfluxQL mode. What is asked for and how, is
 * taken from Grafana's {@code pkg/tsdb/influxdb/influxql/influxql.go}, {@code healthcheck.go}, {@code models/query.go} and
 * {@code public/app/plugins/datasource/influxdb}. No text of a statement goes on to a store: it is read, and what it asks
 * for is asked of metadata-svc and metrics-svc.
 *
 * @see <a href="https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint">InfluxDB's HTTP API</a>
 */
@Controller(GrafanaController.PATH)
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class GrafanaController {

    static final String PATH = "/grafana/influx";

    /** Three bytes for each character, escaped. */
    private static final int BODY_LIMIT = 3 * InfluxQlReader.LONGEST + 1_000;

    private final Curves curves;
    private final Events events;
    private final Names names;
    private final MetricEngine engine;

    GrafanaController(Curves curves, Events events, Names names, MetricEngine engine) {
        this.curves = curves;
        this.events = events;
        this.names = names;
        this.engine = engine;
    }

    @Access(AccessLevel.READ)
    @Get("/query")
    HttpResponse<byte[]> get(HttpRequest<?> request) {
        return answer(request, request.getParameters().get("q"));
    }

    @Access(AccessLevel.READ)
    @Post("/query")
    HttpResponse<byte[]> post(HttpRequest<?> request) {
        String form = new String(Bodies.readText(request, BODY_LIMIT), StandardCharsets.UTF_8);
        String inForm = fromForm(form);
        return answer(request, inForm == null ? request.getParameters().get("q") : inForm);
    }

    private HttpResponse<byte[]> answer(HttpRequest<?> request, @Nullable String statement) {
        if (statement == null || statement.isBlank()) {
            throw refusal("missing required parameter \"q\"");
        }
        InfluxQlReader.check(
                request.getParameters().get("db"), request.getParameters().get("rp"));
        InfluxQl question = InfluxQlReader.read(statement, Instant.now());
        boolean ofPoints = question instanceof Select select
                && !Events.areMeant(select.from().name());
        List<Series> series = switch (question) {
            case Select select -> ofPoints ? curves.of(select) : events.of(select);
            case InfluxQl.ShowMeasurements show -> names.measurements(show);
            case InfluxQl.ShowTagKeys show -> names.tagKeys(show);
            case InfluxQl.ShowTagValues show -> names.tagValues(show);
            case InfluxQl.ShowFieldKeys show -> names.fieldKeys(show);
            case InfluxQl.ShowRetentionPolicies _ -> Names.RETENTION_POLICIES;
            case InfluxQl.ShowDatabases _ -> Names.DATABASES;
        };
        var response = Json.ok(Answer.json(series, times(request)));
        Store store = ofPoints ? engine.now() : Store.POSTGRESQL;
        return store == null ? response : response.header(Store.HEADER, store.headerValue());
    }

    /** {@code epoch}: the unit that times are written in; texts, unless said. */
    private static Answer.TimeForm times(HttpRequest<?> request) {
        String epoch = request.getParameters().get("epoch");
        return switch (epoch == null ? "" : epoch) {
            case "" ->
                (out, millis) -> out.writeString(Instant.ofEpochMilli(millis).toString());
            case "ns" -> (out, millis) -> out.writeNumber(Math.multiplyExact(millis, 1_000_000));
            case "u", "µ" -> (out, millis) -> out.writeNumber(millis * 1_000);
            case "ms" -> (out, millis) -> out.writeNumber(millis);
            case "s" -> (out, millis) -> out.writeNumber(Math.floorDiv(millis, 1_000));
            case "m" -> (out, millis) -> out.writeNumber(Math.floorDiv(millis, 60_000));
            case "h" -> (out, millis) -> out.writeNumber(Math.floorDiv(millis, 3_600_000));
            default -> throw refusal("'epoch' is one of ns, u, ms, s, m, h.");
        };
    }

    private static @Nullable String fromForm(String form) {
        for (String part : form.split("&", -1)) {
            if (part.startsWith("q=")) {
                try {
                    return URLDecoder.decode(part.substring(2), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    throw new Problem.InvalidArgument("The form cannot be read.").toException(e);
                }
            }
        }
        return null;
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
