package dev.fourfold.logs.client;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.Instances;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** The store of lines as the first instance of logs-svc sees it that answers. */
@Singleton
@Requires(property = HttpLogs.URL)
final class HttpLogStore implements StoreOperations {

    private final LogHttp http;
    private final Instances instances;

    HttpLogStore(LogHttp http, @Property(name = HttpLogs.URL) String addresses) {
        this.http = http;
        this.instances = Instances.of(addresses);
    }

    @Override
    public StoreStatus status() {
        return instances.store("mongodb", "logs-svc", http::store);
    }
}
