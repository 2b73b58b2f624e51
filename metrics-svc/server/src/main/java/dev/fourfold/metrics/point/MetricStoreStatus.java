package dev.fourfold.metrics.point;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.metrics.client.HttpMetricOperations;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** The store of metrics as this process sees it. */
@Singleton
@Named("metrics")
@Requires(missingProperty = HttpMetricOperations.URL)
final class MetricStoreStatus implements StoreOperations {

    private final PointStore store;

    MetricStoreStatus(PointStore store) {
        this.store = store;
    }

    @Override
    public StoreStatus status() {
        return store.status();
    }
}
