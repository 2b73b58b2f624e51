package dev.fourfold.contract.meters;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StoreCallsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StoreCalls calls = new StoreCalls(registry, Store.REDIS);

    @Test
    void call_isRecordedUnderBothNames() {
        calls.succeeded("GET", TimeUnit.MILLISECONDS.toNanos(3));
        calls.failed("GET", new IllegalStateException(), TimeUnit.MILLISECONDS.toNanos(5));

        assertThat(registry.get("db.query.duration")
                        .tags("store", "redis")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(8);
        assertThat(operation("GET", "").count()).isEqualTo(1);
        assertThat(operation("GET", "IllegalStateException").totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(5);
    }

    @Test
    void operations_becomeOneWhenTheyAreTooMany() {
        for (int i = 0; i < 1_000; i++) {
            calls.succeeded("command-" + i, 1);
        }
        assertThat(registry.find("db.client.operation.duration").timers()).hasSizeLessThan(300);
        assertThat(operation("_OTHER", "").count()).isGreaterThan(700);
    }

    @Test
    void connections_areAskedForWhenTheyAreRead() {
        var inUse = new int[] {1};
        calls.connections("pool", () -> inUse[0]);
        inUse[0] = 7;
        assertThat(registry.get("db.connections.active")
                        .tags("store", "redis", "pool", "pool")
                        .gauge()
                        .value())
                .isEqualTo(7);
    }

    private Timer operation(String name, String error) {
        return registry.get("db.client.operation.duration")
                .tags("db.operation.name", name, "error.type", error, "db.system.name", "redis")
                .timer();
    }
}
