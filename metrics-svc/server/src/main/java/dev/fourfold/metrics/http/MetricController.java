package dev.fourfold.metrics.http;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.live.LiveFrames;
import dev.fourfold.contract.live.LiveSource;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.PurgedRun;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import dev.fourfold.metrics.client.HttpMetricOperations;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import jakarta.inject.Named;
import java.util.List;
import org.reactivestreams.Publisher;

/** The operations of metrics-svc, one route each. */
@Controller("/metrics")
@Requires(property = "fourfold.service.separate", value = "true")
final class MetricController {

    private final MetricOperations operations;
    private final StoreOperations store;

    MetricController(MetricOperations operations, @Named("metrics") StoreOperations store) {
        this.operations = operations;
        this.store = store;
    }

    @Post("/points")
    @Consumes(PointBatch.MEDIA_TYPE)
    HttpResponse<?> append(@Body byte[] points) {
        operations.append(parse(points));
        return operations.journals().getFirst().hasRoom()
                ? HttpResponse.noContent()
                : HttpResponse.noContent().header(HttpMetricOperations.JOURNAL_NEARLY_FULL, "true");
    }

    @Post("/history")
    @Produces(PointBatch.MEDIA_TYPE)
    MutableHttpResponse<byte[]> history(@Body HistoryQuery query) {
        HistoryPage page = operations.history(query);
        var response = HttpResponse.ok(page.points().toBytes());
        return page.nextCursor() == null
                ? response
                : response.header(HttpMetricOperations.NEXT_CURSOR, page.nextCursor());
    }

    @Post("/bulk")
    @Produces(PointBatch.LIST_MEDIA_TYPE)
    byte[] bulk(@Body BulkQuery query) {
        return PointBatch.toBytes(operations.bulk(query));
    }

    @Post("/sample")
    @Produces(PointBatch.LIST_MEDIA_TYPE)
    byte[] sample(@Body SampleQuery query) {
        return PointBatch.toBytes(operations.sample(query));
    }

    @Post("/series")
    @Produces(MetricSeries.MEDIA_TYPE)
    byte[] series(@Body SeriesQuery query) {
        return MetricSeries.toBytes(operations.series(query));
    }

    @Post("/purge")
    PurgedRun purge(@Body RunRef run) {
        return operations.purge(run);
    }

    @Get("/retention-classes")
    List<String> retentionClasses() {
        return operations.retentionClasses();
    }

    @Post(HttpMetricOperations.LIVE)
    @Produces(LiveFrames.MEDIA_TYPE)
    HttpResponse<Publisher<byte[]>> live(@Body LiveQuery query) {
        return HttpResponse.ok(LiveSource.body(operations.live(query)));
    }

    @Get("/journal")
    JournalStatus journal() {
        return operations.journals().getFirst();
    }

    @Get("/store")
    StoreStatus store() {
        return store.status();
    }

    private static PointBatch parse(byte[] points) {
        try {
            return PointBatch.fromBytes(points);
        } catch (IllegalArgumentException e) {
            throw new Problem.InvalidArgument("The body does not hold points").toException(e);
        }
    }
}
