package dev.fourfold.logs.http;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** Tells the gateway of MongoDB. */
@Controller("/store")
@Requires(property = "fourfold.service.separate", value = "true")
final class StoreController {

    private final StoreOperations store;

    StoreController(StoreOperations store) {
        this.store = store;
    }

    @Get
    StoreStatus status() {
        return store.status();
    }
}
