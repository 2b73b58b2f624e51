package dev.fourfold.logs.client;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.PurgedLines;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import org.jspecify.annotations.Nullable;

/** The routes of logs-svc, each at the address of an instance; lines cross as bytes. */
@BetweenServices
@Client("http://logs-svc")
@Requires(property = HttpLogs.URL)
interface LogHttp {

    @Post(LogRoutes.LINES)
    @Produces(LogBatch.MEDIA_TYPE)
    void append(@Header(Instances.AT) String instance, @Body byte[] batch);

    @Get(LogRoutes.LINES)
    @Consumes({LogBatch.MEDIA_TYPE, MediaType.ALL})
    HttpResponse<byte[]> search(
            @Header(Instances.AT) String instance,
            @QueryValue String runId,
            @QueryValue @Nullable String cursor,
            @QueryValue int limit,
            @QueryValue @Nullable String minimumLevel,
            @QueryValue @Nullable String stream,
            @QueryValue @Nullable String text,
            @QueryValue @Nullable Long fromNanos,
            @QueryValue @Nullable Long toNanos);

    @Post(LogRoutes.LINES + "/purge")
    PurgedLines purge(@Header(Instances.AT) String instance, @QueryValue String runId);

    @Get(LogRoutes.LINES + "/journal")
    JournalStatus journal(@Header(Instances.AT) String instance);

    @Get("/store")
    StoreStatus store(@Header(Instances.AT) String instance);
}
