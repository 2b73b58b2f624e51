package dev.fourfold.gateway.v1;

import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** New lines as they come, as server-sent events: of one run, or of several. */
@Controller(V1.PATH)
@Produces(MediaType.TEXT_EVENT_STREAM)
final class LogLiveController {

    private static final int MOST_RUNS = 100;
    private static final String EVERYTHING = "all";

    private final LogOperations logs;
    private final RunPlaces places;
    private final LiveEvents events;
    private final LiveStreams streams;

    LogLiveController(LogOperations logs, RunPlaces places, LiveEvents events, LiveStreams streams) {
        this.logs = logs;
        this.places = places;
        this.events = events;
        this.streams = streams;
    }

    @Access(AccessLevel.READ)
    @Get(uri = "/runs/{runId}/logs/live", headRoute = false)
    HttpResponse<Publisher<byte[]>> ofOne(HttpRequest<?> request, String runId) {
        return live(request, new LogQuestion(request, Set.of("tail")), List.of(runId));
    }

    @Access(AccessLevel.READ)
    @Get(uri = "/logs/live", headRoute = false)
    HttpResponse<Publisher<byte[]>> ofSeveral(HttpRequest<?> request) {
        return live(
                request,
                new LogQuestion(request, Set.of("tail", "run_id")),
                new Query(request).texts("run_id", 1, MOST_RUNS));
    }

    private HttpResponse<Publisher<byte[]>> live(HttpRequest<?> request, LogQuestion question, List<String> runIds) {
        var query = question.live(runIds, LiveStreams.lastEventId(request));
        boolean everything = EVERYTHING.equals(new Query(request).text("tail"));
        int tail = everything ? 0 : question.lines("tail", 0);
        runIds.forEach(places::experimentOf);
        return streams.answer(
                request,
                logs.live(query),
                news -> events.of(news, query.filter(), LogLiveController::event),
                missed -> replay(query, missed, everything, tail));
    }

    private @Nullable LiveReplay replay(LiveLogQuery query, List<String> missed, boolean everything, int tail) {
        if (!missed.isEmpty()) {
            return LineReplay.all(logs, missed, query.filter());
        }
        if (query.after() != null) {
            return null; // It has seen the beginning.
        }
        if (everything) {
            return LineReplay.all(logs, query.runIds(), query.filter());
        }
        return tail == 0 ? null : LineReplay.last(logs, query.runIds(), query.filter(), tail);
    }

    private static byte[] event(byte[] bytes) {
        LogBatch batch = LogBatch.fromBytes(bytes);
        return event("lines", batch.runId(), batch.lines());
    }

    /** An event with lines of one run, without an id. */
    static byte[] event(String type, String runId, List<LogLine> lines) {
        return LiveEvents.event(type, out -> {
            out.writeStartObject();
            out.writeStringField("run_id", runId);
            out.writeArrayFieldStart("lines");
            for (LogLine line : lines) {
                LogAnswer.write(out, null, line);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }
}
