package dev.fourfold.gateway.v1;

import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.MetricEngine;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.Point;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** Metric histories as they are: an infinity comes back as one, in the words {@code "Infinity"}, {@code "NaN"}. */
@Controller(V1.PATH + "/runs/{runId}/metrics")
@Produces(MediaType.ALL)
final class MetricHistoryController {

    private static final int POINTS_UNLESS_SAID = 10_000;
    private static final int MOST_POINTS = 50_000;

    private final MetricOperations metrics;
    private final RunPlaces places;
    private final MetricEngine engine;

    MetricHistoryController(MetricOperations metrics, RunPlaces places, MetricEngine engine) {
        this.metrics = metrics;
        this.places = places;
        this.engine = engine;
    }

    /** The key may hold slashes. */
    @Access(AccessLevel.READ)
    @Get("/{+key}")
    HttpResponse<byte[]> history(HttpRequest<?> request, String runId, String key) {
        String experimentId = places.experimentOf(runId);
        var query = new Query(request);
        HistoryPage page = metrics.history(new HistoryQuery(
                experimentId,
                runId,
                key,
                query.text("cursor"),
                query.number("limit", POINTS_UNLESS_SAID, MOST_POINTS)));
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("key", key);
            out.writeArrayFieldStart("points");
            for (Point point : page.points().points()) {
                out.writeStartObject();
                out.writeNumberField("timestamp", point.timestampMillis());
                out.writeNumberField("step", point.step());
                out.writeNumberField("value", point.value());
                out.writeEndObject();
            }
            out.writeEndArray();
            if (page.nextCursor() == null) {
                out.writeNullField("next");
            } else {
                out.writeStringField("next", page.nextCursor());
            }
            out.writeEndObject();
        });
        Store store = engine.now();
        return store == null ? Json.ok(json) : Json.ok(store, json);
    }
}
