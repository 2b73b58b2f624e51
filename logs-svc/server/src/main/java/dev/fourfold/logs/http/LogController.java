package dev.fourfold.logs.http;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import dev.fourfold.logs.client.LogRoutes;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import org.jspecify.annotations.Nullable;

/** Exposes lines to the gateway. */
@Controller(LogRoutes.LINES)
@Requires(property = "fourfold.service.separate", value = "true")
final class LogController {

    private final LogOperations logs;

    LogController(LogOperations logs) {
        this.logs = logs;
    }

    @Post
    @Consumes(LogBatch.MEDIA_TYPE)
    HttpResponse<?> append(@Body byte[] batch) {
        try {
            logs.append(LogBatch.fromBytes(batch));
        } catch (IllegalArgumentException e) {
            throw new Problem.InvalidArgument("The body is no batch of lines").toException(e);
        }
        return HttpResponse.noContent();
    }

    @Get
    HttpResponse<byte[]> search(
            @QueryValue String runId,
            @QueryValue @Nullable String cursor,
            @QueryValue int limit,
            @QueryValue @Nullable LogLevel minimumLevel,
            @QueryValue @Nullable String stream,
            @QueryValue @Nullable String text,
            @QueryValue @Nullable Long fromNanos,
            @QueryValue @Nullable Long toNanos) {
        var page = logs.search(new LogQuery(runId, cursor, limit, minimumLevel, stream, text, fromNanos, toNanos));
        // Micronaut has no writer for a media type of our own.
        var answer = HttpResponse.ok(page.lines().toBytes()).contentType(MediaType.APPLICATION_OCTET_STREAM_TYPE);
        String next = page.nextCursor();
        return next == null ? answer : answer.header(LogRoutes.NEXT, next);
    }

    @Post("/purge")
    PurgedLines purge(@QueryValue String runId) {
        return logs.purge(runId);
    }

    @Get("/journal")
    JournalStatus journal() {
        return logs.journals().getFirst();
    }
}
