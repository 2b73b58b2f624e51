package dev.fourfold.logs.http;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.live.LiveFrames;
import dev.fourfold.contract.live.LiveSource;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import dev.fourfold.logs.SweptLines;
import dev.fourfold.logs.client.LogRoutes;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import java.util.List;
import org.reactivestreams.Publisher;

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

    /** Micronaut has no writer for a media type of our own. */
    @Post("/search")
    HttpResponse<byte[]> search(@Body LogQuery query) {
        return HttpResponse.ok(logs.search(query).toBytes()).contentType(MediaType.APPLICATION_OCTET_STREAM_TYPE);
    }

    @Post("/counts")
    List<LogCount> counts(@Body LogCountQuery query) {
        return logs.counts(query);
    }

    @Post("/extents")
    List<LogExtent> extents(@Body List<String> runIds) {
        return logs.extents(runIds);
    }

    @Post("/purge")
    PurgedLines purge(@QueryValue String runId) {
        return logs.purge(runId);
    }

    @Post(LogRoutes.LIVE)
    @Produces(LiveFrames.MEDIA_TYPE)
    HttpResponse<Publisher<byte[]>> live(@Body LiveLogQuery query) {
        return HttpResponse.ok(LiveSource.body(logs.live(query)));
    }

    @Get("/retention-classes")
    List<String> retentionClasses() {
        return logs.retentionClasses();
    }

    @Get("/swept")
    SweptLines swept() {
        return logs.swept().getFirst();
    }

    @Get("/journal")
    JournalStatus journal() {
        return logs.journals().getFirst();
    }
}
