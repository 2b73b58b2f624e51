package dev.fourfold.metrics.point;

import dev.fourfold.contract.meters.JournalMeters;
import dev.fourfold.metrics.client.HttpMetricOperations;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;

/** What comes in, and what waits for the store. */
@Context
@Requires(missingProperty = HttpMetricOperations.URL)
final class MetricMeters {

    MetricMeters(MeterRegistry registry, MetricService service) {
        FunctionCounter.builder("ingest.points", service, MetricService::takenPoints)
                .description("Points acknowledged")
                .register(registry);
        FunctionCounter.builder("refused.points", service, MetricService::refusedPoints)
                .description("Points acknowledged that the store then refused for good")
                .register(registry);
        JournalMeters.register(registry, "metrics", () -> service.journals().getFirst());
    }
}
