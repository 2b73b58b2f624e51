package dev.fourfold.contract.health;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.AsyncSingleResultPublisher;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;

/**
 * A service in a process of its own is ready while its store answers. Absent in the gateway and where everything runs
 * in one JVM: they are ready with a store away.
 */
@Singleton
@Readiness
@Requires(property = "fourfold.service.separate", value = "true")
final class StoreReadiness implements HealthIndicator {

    private static final String NAME = "store";

    private final List<StoreOperations> stores;
    private final ExecutorService executor;

    StoreReadiness(List<StoreOperations> stores, @Named(TaskExecutors.BLOCKING) ExecutorService executor) {
        this.stores = stores;
        this.executor = executor;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return new AsyncSingleResultPublisher<>(executor, this::ask);
    }

    private HealthResult ask() {
        var statuses = stores.stream().map(StoreOperations::status).toList();
        boolean all = statuses.stream().allMatch(StoreStatus::available);
        return HealthResult.builder(NAME, all ? HealthStatus.UP : HealthStatus.DOWN)
                .details(statuses.stream().map(StoreReadiness::told).toList())
                .build();
    }

    /** No address: whoever reaches the port of the probes may read this. */
    private static Map<String, String> told(StoreStatus status) {
        var told = new LinkedHashMap<String, String>();
        told.put("part", status.part());
        told.put("engine", status.engine());
        told.put("available", Boolean.toString(status.available()));
        return told;
    }
}
