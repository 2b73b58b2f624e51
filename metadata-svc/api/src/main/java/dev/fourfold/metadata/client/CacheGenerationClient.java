package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.generation.CacheGeneration;
import dev.fourfold.metadata.generation.CacheGenerationOperations;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;

/** {@link CacheGenerationOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/cache-generation",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface CacheGenerationClient extends CacheGenerationOperations {

    @Override
    @Get
    CacheGeneration read();

    @Override
    @Post("/advance")
    CacheGeneration advance(@QueryValue long seenNumber, @QueryValue String incarnation);

    @Override
    @Post("/switch-off")
    CacheGeneration switchOff();
}
