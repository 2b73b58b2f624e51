package dev.fourfold.metrics.client;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The store of a metrics-svc that runs elsewhere. */
@Singleton
@Named("metrics")
@Requires(property = HttpMetricOperations.URL)
final class HttpMetricStore implements StoreOperations {

    private final MetricHttp http;

    HttpMetricStore(MetricHttp http) {
        this.http = http;
    }

    @Override
    public StoreStatus status() {
        try {
            return http.store();
        } catch (ProblemException e) {
            return new StoreStatus("influxdb", "unknown", null, "behind metrics-svc", false, e.getMessage());
        }
    }
}
