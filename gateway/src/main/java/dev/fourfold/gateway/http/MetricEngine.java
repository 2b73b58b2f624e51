package dev.fourfold.gateway.http;

import dev.fourfold.contract.StoreOperations;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Which engine holds the metric points of this platform: InfluxDB, or PostgreSQL where there is none. Asked in the
 * background, because a header is not worth waiting for.
 */
@Singleton
public final class MetricEngine {

    private static final long FRESH_NANOS = Duration.ofMinutes(1).toNanos();

    private final List<StoreOperations> stores;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile @Nullable Store store;
    private volatile long askedNanos;

    MetricEngine(List<StoreOperations> stores) {
        this.stores = stores;
    }

    /** The engine as last seen; null until it was seen. */
    public @Nullable Store now() {
        if ((store == null || System.nanoTime() - askedNanos > FRESH_NANOS) && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("metric-engine").start(() -> {
                try {
                    store = ask();
                    askedNanos = System.nanoTime();
                } finally {
                    asking.set(false);
                }
            });
        }
        return store;
    }

    private Store ask() {
        boolean influx = stores.stream()
                .map(StoreOperations::status)
                .anyMatch(status -> status.part().equals("influxdb")
                        && !status.engine().toLowerCase(java.util.Locale.ROOT).startsWith("postgres"));
        return influx ? Store.INFLUXDB : Store.POSTGRESQL;
    }
}
