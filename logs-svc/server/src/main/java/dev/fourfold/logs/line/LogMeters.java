package dev.fourfold.logs.line;

import dev.fourfold.contract.meters.JournalMeters;
import dev.fourfold.logs.ServesLogs;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;

/** What comes in, and what waits for the store. */
@Context
@ServesLogs
final class LogMeters {

    LogMeters(MeterRegistry registry, LogService service) {
        FunctionCounter.builder("ingest.lines", service, LogService::takenLines)
                .description("Log lines acknowledged")
                .register(registry);
        JournalMeters.register(registry, "logs", () -> service.journals().getFirst());
    }
}
