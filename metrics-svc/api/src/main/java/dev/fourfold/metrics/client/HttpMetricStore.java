package dev.fourfold.metrics.client;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.Instances;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The store of metrics as the first instance of metrics-svc sees it that answers. */
@Singleton
@Named("metrics")
@Requires(property = HttpMetricOperations.URL)
final class HttpMetricStore implements StoreOperations {

    private final MetricHttp http;
    private final Instances instances;

    HttpMetricStore(MetricHttp http, @Property(name = HttpMetricOperations.URL) String addresses) {
        this.http = http;
        this.instances = Instances.of(addresses);
    }

    @Override
    public StoreStatus status() {
        return instances.store("influxdb", "metrics-svc", http::store);
    }
}
