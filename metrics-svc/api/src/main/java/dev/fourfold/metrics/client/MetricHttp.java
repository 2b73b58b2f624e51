package dev.fourfold.metrics.client;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.PurgedRun;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** The routes of metrics-svc, each at the address of an instance. Points cross as {@link PointBatch#toBytes}. */
@Client(value = "http://metrics-svc", configuration = MetricsClientConfiguration.class)
@BetweenServices
@Requires(property = HttpMetricOperations.URL)
interface MetricHttp {

    @Post("/metrics/points")
    @Produces(PointBatch.MEDIA_TYPE)
    HttpResponse<?> append(@Header(Instances.AT) String instance, @Body byte[] points);

    @Post("/metrics/history")
    @Consumes(PointBatch.MEDIA_TYPE)
    HttpResponse<byte[]> history(@Header(Instances.AT) String instance, @Body HistoryQuery query);

    @Post("/metrics/bulk")
    @Consumes(PointBatch.LIST_MEDIA_TYPE)
    byte[] bulk(@Header(Instances.AT) String instance, @Body BulkQuery query);

    @Post("/metrics/sample")
    @Consumes(PointBatch.LIST_MEDIA_TYPE)
    byte[] sample(@Header(Instances.AT) String instance, @Body SampleQuery query);

    @Post("/metrics/series")
    @Consumes(MetricSeries.MEDIA_TYPE)
    byte[] series(@Header(Instances.AT) String instance, @Body SeriesQuery query);

    @Post("/metrics/purge")
    PurgedRun purge(@Header(Instances.AT) String instance, @Body RunRef run);

    @Get("/metrics/retention-classes")
    List<String> retentionClasses(@Header(Instances.AT) String instance);

    @Get("/metrics/journal")
    JournalStatus journal(@Header(Instances.AT) String instance);

    @Get("/metrics/store")
    StoreStatus store(@Header(Instances.AT) String instance);
}
