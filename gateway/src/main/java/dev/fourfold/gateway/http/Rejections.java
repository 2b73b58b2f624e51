package dev.fourfold.gateway.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;

/** Counts requests that were refused or failed, by a reason of which there are few. */
@Singleton
public final class Rejections {

    private final MeterRegistry registry;
    private final ConcurrentHashMap<String, Counter> counters = new ConcurrentHashMap<>();

    Rejections(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param reason a word of the code, never of the request */
    public void count(String reason) {
        counters.computeIfAbsent(reason, this::counter).increment();
    }

    /** Shows a reason before it was met, so that a rate sees the first time, too. */
    void expect(String reason) {
        counters.computeIfAbsent(reason, this::counter);
    }

    private Counter counter(String reason) {
        return Counter.builder("rejected.requests")
                .description("Requests that were refused or failed")
                .tag("reason", reason)
                .register(registry);
    }
}
