package dev.fourfold.cache.client;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;

/** The status of Redis as cache-svc sees it. */
@BetweenServices
@Client(value = "${fourfold.cache.url}", configuration = StateClientConfiguration.class)
@Requires(property = "fourfold.cache.url")
interface CacheStoreClient extends StoreOperations {

    @Override
    default StoreStatus status() {
        try {
            return ask();
        } catch (ProblemException e) {
            return new StoreStatus(
                    "redis",
                    "Redis",
                    null,
                    "behind cache-svc",
                    false,
                    e.problem().message());
        }
    }

    @Get("/store")
    StoreStatus ask();
}
