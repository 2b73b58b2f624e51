package dev.fourfold.metrics.client;

import dev.fourfold.contract.Problem;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.JournalStatus;
import dev.fourfold.metrics.LivePoints;
import dev.fourfold.metrics.LiveQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.PurgedRun;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;

/** {@link MetricOperations} of a metrics-svc that runs at the address {@value #URL}. */
@Singleton
@Requires(property = HttpMetricOperations.URL)
public final class HttpMetricOperations implements MetricOperations {

    /** The property that says where metrics-svc is; where it is absent the service runs in this process. */
    public static final String URL = "fourfold.metrics.url";

    /** The response header with the cursor of the next page. */
    public static final String NEXT_CURSOR = "X-Fourfold-Next-Cursor";

    private final MetricHttp http;
    private final MetricStreams streams;
    private final URI address;

    HttpMetricOperations(MetricHttp http, MetricStreams streams, @Property(name = URL) URI address) {
        this.http = http;
        this.streams = streams;
        this.address = address;
    }

    @Override
    public void append(PointBatch batch) {
        byte[] bytes;
        try {
            bytes = batch.toBytes();
        } catch (RuntimeException tooLong) {
            throw new Problem.InvalidArgument("A key or an id is too long").toException(tooLong);
        }
        http.append(bytes);
    }

    @Override
    public HistoryPage history(HistoryQuery query) {
        var response = http.history(query);
        byte[] body = response.body();
        if (body == null) {
            throw new Problem.Internal("metrics-svc answered a history without a body").toException();
        }
        return new HistoryPage(PointBatch.fromBytes(body), response.header(NEXT_CURSOR));
    }

    @Override
    public List<PointBatch> bulk(BulkQuery query) {
        return PointBatch.listFromBytes(http.bulk(query));
    }

    @Override
    public List<PointBatch> sample(SampleQuery query) {
        return PointBatch.listFromBytes(http.sample(query));
    }

    @Override
    public List<MetricSeries> series(SeriesQuery query) {
        return MetricSeries.fromBytes(http.series(query));
    }

    @Override
    public PurgedRun purge(RunRef run) {
        return http.purge(run);
    }

    @Override
    public List<String> retentionClasses() {
        return http.retentionClasses();
    }

    @Override
    public LivePoints live(LiveQuery query) {
        return streams.live(address, query);
    }

    @Override
    public JournalStatus journal() {
        return http.journal();
    }
}
