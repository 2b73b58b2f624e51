package dev.fourfold.logs.client;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;

/** The status of MongoDB as logs-svc sees it. */
@BetweenServices
@Client("${fourfold.logs.url}")
@Requires(property = "fourfold.logs.url")
interface LogStoreClient extends StoreOperations {

    @Override
    @Get("/store")
    StoreStatus status();
}
