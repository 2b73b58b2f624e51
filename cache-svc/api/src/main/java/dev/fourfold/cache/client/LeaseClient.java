package dev.fourfold.cache.client;

import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Lease;
import dev.fourfold.cache.state.LeaseOperations;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.Released;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;

/** {@link LeaseOperations} of a cache-svc elsewhere. */
@BetweenServices
@Client(value = "${fourfold.cache.url}", path = "/state/leases", configuration = StateClientConfiguration.class)
@Requires(property = "fourfold.cache.url")
interface LeaseClient extends LeaseOperations {

    @Override
    @Post("/acquire")
    Founded<Lease> acquire(@QueryValue String namespace, @QueryValue String name, @Body NewLease lease);

    @Override
    @Post("/renew")
    Founded<Lease> renew(
            @QueryValue String namespace, @QueryValue String name, @QueryValue long token, @QueryValue long ttlMillis);

    @Override
    @Post("/release")
    Founded<Released> release(@QueryValue String namespace, @QueryValue String name, @QueryValue long token);

    @Override
    @Get("/read")
    Founded<Lease> read(@QueryValue String namespace, @QueryValue String name);
}
