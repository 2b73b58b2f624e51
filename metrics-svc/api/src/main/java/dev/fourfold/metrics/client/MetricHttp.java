package dev.fourfold.metrics.client;

import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.JournalStatus;
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
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** The routes of metrics-svc. Points cross as {@link PointBatch#toBytes}. */
@Client("${" + HttpMetricOperations.URL + "}")
@BetweenServices
@Requires(property = HttpMetricOperations.URL)
interface MetricHttp {

    @Post("/metrics/points")
    @Produces(PointBatch.MEDIA_TYPE)
    HttpResponse<?> append(@Body byte[] points);

    @Post("/metrics/history")
    @Consumes(PointBatch.MEDIA_TYPE)
    HttpResponse<byte[]> history(@Body HistoryQuery query);

    @Post("/metrics/bulk")
    @Consumes(PointBatch.LIST_MEDIA_TYPE)
    byte[] bulk(@Body BulkQuery query);

    @Post("/metrics/sample")
    @Consumes(PointBatch.LIST_MEDIA_TYPE)
    byte[] sample(@Body SampleQuery query);

    @Post("/metrics/series")
    @Consumes(MetricSeries.MEDIA_TYPE)
    byte[] series(@Body SeriesQuery query);

    @Post("/metrics/purge")
    PurgedRun purge(@Body RunRef run);

    @Get("/metrics/retention-classes")
    List<String> retentionClasses();

    @Get("/metrics/journal")
    JournalStatus journal();

    @Get("/metrics/store")
    StoreStatus store();
}
