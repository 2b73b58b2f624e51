package dev.fourfold.metadata.client;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import jakarta.inject.Named;

/** {@link StoreOperations} of a metadata-svc elsewhere. */
@Named("metadata")
@BetweenServices
@Client(value = "${fourfold.metadata.url}", path = "/metadata/store", configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface MetadataStoreClient extends StoreOperations {

    @Override
    default StoreStatus status() {
        try {
            return ask();
        } catch (ProblemException e) {
            return new StoreStatus(
                    "postgresql",
                    "PostgreSQL",
                    null,
                    "behind metadata-svc",
                    false,
                    e.problem().message());
        }
    }

    @Get
    StoreStatus ask();
}
