package dev.fourfold.gateway.v1;

import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;

/** New points of chosen runs and metrics as they come, as server-sent events. */
@Controller(V1.PATH + "/metrics/live")
@Produces(MediaType.TEXT_EVENT_STREAM)
final class MetricLiveController {

    private static final int MOST_RUNS = 100;
    private static final int MOST_KEYS = 100;

    private final MetricOperations metrics;
    private final RunOperations runs;
    private final RunPlaces places;
    private final LiveEvents events;
    private final LiveStreams streams;

    MetricLiveController(
            MetricOperations metrics, RunOperations runs, RunPlaces places, LiveEvents events, LiveStreams streams) {
        this.metrics = metrics;
        this.runs = runs;
        this.places = places;
        this.events = events;
        this.streams = streams;
    }

    @Access(AccessLevel.READ)
    @Get(headRoute = false)
    HttpResponse<Publisher<byte[]>> live(HttpRequest<?> request) {
        var query = new Query(request);
        List<String> runIds = query.texts("run_id", 1, MOST_RUNS);
        List<String> keys = query.texts("key", 0, MOST_KEYS);
        var experiments = new LinkedHashMap<String, String>();
        runIds.forEach(runId -> experiments.put(runId, places.experimentOf(runId)));
        var feed = metrics.live(new LiveQuery(runIds, keys, LiveStreams.lastEventId(request)));
        return streams.answer(
                request,
                feed,
                news -> events.of(news, keys, bytes -> event("points", PointBatch.fromBytes(bytes))),
                missed -> missed.isEmpty() ? null : new PointReplay(metrics, histories(missed, keys, experiments)));
    }

    /** An event with points of one run, without an id. */
    static byte[] event(String type, PointBatch batch) {
        return LiveEvents.event(type, out -> {
            out.writeStartObject();
            out.writeStringField("run_id", batch.runId());
            out.writeArrayFieldStart("points");
            for (Point point : batch.points()) {
                out.writeStartObject();
                out.writeStringField("key", point.key());
                out.writeNumberField("timestamp", point.timestampMillis());
                out.writeNumberField("step", point.step());
                out.writeNumberField("value", point.value());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private List<PointReplay.Series> histories(
            List<String> runIds, List<String> keys, Map<String, String> experiments) {
        var series = new ArrayList<PointReplay.Series>();
        for (String runId : runIds) {
            List<String> wanted = keys.isEmpty()
                    ? runs.get(runId).metrics().stream().map(Metric::key).toList()
                    : keys;
            for (String key : wanted) {
                series.add(new PointReplay.Series(experiments.getOrDefault(runId, ""), runId, key));
            }
        }
        return series;
    }
}
