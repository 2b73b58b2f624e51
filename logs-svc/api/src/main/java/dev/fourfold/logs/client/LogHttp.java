package dev.fourfold.logs.client;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import dev.fourfold.logs.SweptLines;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** The routes of logs-svc, each at the address of an instance; lines cross as bytes. */
@BetweenServices
@Client(value = "http://logs-svc", configuration = LogsClientConfiguration.class)
@Requires(property = HttpLogs.URL)
interface LogHttp {

    @Post(LogRoutes.LINES)
    @Produces(LogBatch.MEDIA_TYPE)
    void append(@Header(Instances.AT) String instance, @Body byte[] batch);

    @Post(LogRoutes.SEARCH)
    @Consumes({LogBatch.MEDIA_TYPE, MediaType.ALL})
    byte[] search(@Header(Instances.AT) String instance, @Body LogQuery query);

    @Post(LogRoutes.COUNTS)
    List<LogCount> counts(@Header(Instances.AT) String instance, @Body LogCountQuery query);

    @Post(LogRoutes.EXTENTS)
    List<LogExtent> extents(@Header(Instances.AT) String instance, @Body List<String> runIds);

    @Post(LogRoutes.LINES + "/purge")
    PurgedLines purge(@Header(Instances.AT) String instance, @QueryValue String runId);

    @Get(LogRoutes.LINES + "/journal")
    JournalStatus journal(@Header(Instances.AT) String instance);

    @Get(LogRoutes.LINES + "/retention-classes")
    List<String> retentionClasses(@Header(Instances.AT) String instance);

    @Get(LogRoutes.LINES + "/swept")
    SweptLines swept(@Header(Instances.AT) String instance);

    @Get("/store")
    StoreStatus store(@Header(Instances.AT) String instance);
}
