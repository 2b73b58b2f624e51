package dev.fourfold.cache.client;

import dev.fourfold.cache.state.Cleared;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Ground;
import dev.fourfold.cache.state.GroundOperations;
import dev.fourfold.cache.state.NamespaceLimits;
import dev.fourfold.cache.state.Usage;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;

/** {@link GroundOperations} of a cache-svc elsewhere. */
@BetweenServices
@Client(value = "${fourfold.cache.url}", path = "/state/ground", configuration = StateClientConfiguration.class)
@Requires(property = "fourfold.cache.url")
interface GroundClient extends GroundOperations {

    @Override
    @Post("/lay")
    void lay(@QueryValue String namespace, @Body Ground ground);

    @Override
    @Post("/usage")
    Usage usage(@QueryValue String namespace, @Body NamespaceLimits limits);

    @Override
    @Post("/clear")
    Founded<Cleared> clear(@QueryValue String namespace, @QueryValue long lastToken);
}
