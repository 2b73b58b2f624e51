package dev.fourfold.gateway.v1;

import dev.fourfold.contract.http.PulledBody;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metrics.LivePoints;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.MetricOperations;
import io.micronaut.http.HttpHeaders;
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
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** New points of chosen runs and metrics as they come, as server-sent events. */
@Controller(V1.PATH + "/metrics/live")
@Produces(MediaType.TEXT_EVENT_STREAM)
final class MetricLiveController {

    private static final int MOST_RUNS = 100;
    private static final int MOST_KEYS = 100;
    private static final String LAST_EVENT_ID = "Last-Event-ID";

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
        @Nullable String after = request.getHeaders().get(LAST_EVENT_ID);
        LivePoints points = metrics.live(new LiveQuery(runIds, keys, after == null || after.isEmpty() ? null : after));
        LiveStream stream = begin(points, keys, experiments);
        streams.add(stream);
        return HttpResponse.<Publisher<byte[]>>ok(new PulledBody(stream, LiveStream.STALL_LIMIT))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no");
    }

    private LiveStream begin(LivePoints points, List<String> keys, Map<String, String> experiments) {
        try {
            LiveReplay replay = points.missed().isEmpty()
                    ? null
                    : new LiveReplay(metrics, histories(points.missed(), keys, experiments));
            return new LiveStream(points, keys, events, replay, streams::remove);
        } catch (RuntimeException e) {
            points.close();
            throw e;
        }
    }

    private List<LiveReplay.Series> histories(List<String> runIds, List<String> keys, Map<String, String> experiments) {
        var series = new ArrayList<LiveReplay.Series>();
        for (String runId : runIds) {
            List<String> wanted = keys.isEmpty()
                    ? runs.get(runId).metrics().stream().map(Metric::key).toList()
                    : keys;
            for (String key : wanted) {
                series.add(new LiveReplay.Series(experiments.getOrDefault(runId, ""), runId, key));
            }
        }
        return series;
    }
}
