package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;

/** What trainings print: lines in, lines out. */
@Controller(V1.PATH + "/runs/{runId}/logs")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class LogController {

    private static final Set<String> NDJSON =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines");

    private static final int LINES_UNLESS_SAID = 1000;
    private static final int MOST_LINES = 10_000;

    private final LogOperations logs;
    private final RunPlaces places;

    LogController(LogOperations logs, RunPlaces places) {
        this.logs = logs;
        this.places = places;
    }

    @Access(AccessLevel.WRITE)
    @Post
    HttpResponse<byte[]> append(HttpRequest<?> request, String runId) {
        checkContentType(request);
        var lines = new LogReader(nowNanos()).read(Bodies.readText(request, Bodies.BATCH_LIMIT));
        // After the body, which may take its time: a purge waits for writes that are past this for a moment only.
        places.experimentOf(runId);
        if (!lines.isEmpty()) {
            logs.append(new LogBatch(runId, lines));
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
        var query = new Query(request);
        LogPage page = logs.search(new LogQuery(
                runId,
                query.text("cursor"),
                query.number("limit", LINES_UNLESS_SAID, MOST_LINES),
                query.choice("level", LogLevel.class),
                query.text("stream"),
                query.text("q"),
                query.nanos("from"),
                query.nanos("to")));
        return Json.ok(Store.MONGODB, Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("lines");
            for (LogLine line : page.lines().lines()) {
                write(out, line);
            }
            out.writeEndArray();
            if (page.nextCursor() == null) {
                out.writeNullField("next");
            } else {
                out.writeStringField("next", page.nextCursor());
            }
            out.writeEndObject();
        }));
    }

    private static void write(JsonGenerator out, LogLine line) throws IOException {
        out.writeStartObject();
        out.writeNumberField("time", line.timeNanos());
        out.writeStringField("level", line.level().name());
        out.writeStringField("stream", line.stream());
        out.writeStringField("message", line.message());
        out.writeStringField("writer", line.writer());
        out.writeNumberField("sequence", line.sequence());
        if (line.rank() != null) {
            out.writeNumberField("rank", line.rank());
        }
        if (line.fields() != null) {
            out.writeFieldName("fields");
            out.writeRawValue(line.fields());
        }
        out.writeEndObject();
    }

    private static long nowNanos() {
        Instant now = Instant.now();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
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
