package dev.fourfold.metadata.http;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import jakarta.inject.Named;

/** What the store says of itself, for other services of ours. */
@Controller("/metadata/store")
@AsProcess
final class StoreController {

    private final StoreOperations store;

    StoreController(@Named("metadata") StoreOperations store) {
        this.store = store;
    }

    @Get
    StoreStatus status() {
        return store.status();
    }
}
