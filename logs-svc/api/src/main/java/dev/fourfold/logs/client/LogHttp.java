package dev.fourfold.logs.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.logs.JournalStatus;
import dev.fourfold.logs.LogBatch;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import org.jspecify.annotations.Nullable;

/** The routes of logs-svc; lines cross as bytes. */
@BetweenServices
@Client("${fourfold.logs.url}")
@Requires(property = "fourfold.logs.url")
interface LogHttp {

    @Post(LogRoutes.LINES)
    @Produces(LogBatch.MEDIA_TYPE)
    void append(@Body byte[] batch);

    @Get(LogRoutes.LINES)
    @Consumes({LogBatch.MEDIA_TYPE, MediaType.ALL})
    HttpResponse<byte[]> search(
            @QueryValue String runId,
            @QueryValue @Nullable String cursor,
            @QueryValue int limit,
            @QueryValue @Nullable String minimumLevel,
            @QueryValue @Nullable String stream,
            @QueryValue @Nullable String text,
            @QueryValue @Nullable Long fromNanos,
            @QueryValue @Nullable Long toNanos);

    @Get(LogRoutes.LINES + "/journal")
    JournalStatus journal();
}
