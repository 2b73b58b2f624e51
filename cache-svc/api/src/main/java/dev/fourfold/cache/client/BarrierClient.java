package dev.fourfold.cache.client;

import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
import dev.fourfold.cache.state.BarrierOperations;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;

/** {@link BarrierOperations} of a cache-svc elsewhere. */
@BetweenServices
@Client(value = "${fourfold.cache.url}", path = "/state/barriers", configuration = StateClientConfiguration.class)
@Requires(property = "fourfold.cache.url")
interface BarrierClient extends BarrierOperations {

    @Override
    @Post("/arrive")
    Founded<Barrier> arrive(@QueryValue String namespace, @QueryValue String name, @Body Arrival arrival);

    @Override
    @Get("/read")
    Founded<Barrier> read(@QueryValue String namespace, @QueryValue String name);
}
