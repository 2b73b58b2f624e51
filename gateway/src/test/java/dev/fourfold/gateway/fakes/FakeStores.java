package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

/** Stores that answer, and one that does not. */
@Factory
final class FakeStores {

    @Singleton
    StoreOperations postgres() {
        return () -> new StoreStatus("postgresql", "PostgreSQL", "18.6", "127.0.0.1:5432/fourfold", true, null);
    }

    @Singleton
    StoreOperations influx() {
        return () ->
                new StoreStatus("influxdb", "InfluxDB", null, "http://127.0.0.1:8086", false, "connection refused");
    }
}
