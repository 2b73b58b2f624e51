package dev.fourfold.cache.http;

import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Lease;
import dev.fourfold.cache.state.LeaseOperations;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.Released;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;

/** Leases, for other services of ours. */
@Controller("/state/leases")
@Requires(property = "fourfold.service.separate", value = "true")
final class LeaseController {

    private final LeaseOperations leases;

    LeaseController(LeaseOperations leases) {
        this.leases = leases;
    }

    @Post("/acquire")
    Founded<Lease> acquire(@QueryValue String namespace, @QueryValue String name, @Body NewLease lease) {
        return leases.acquire(namespace, name, lease);
    }

    @Post("/renew")
    Founded<Lease> renew(
            @QueryValue String namespace, @QueryValue String name, @QueryValue long token, @QueryValue long ttlMillis) {
        return leases.renew(namespace, name, token, ttlMillis);
    }

    @Post("/release")
    Founded<Released> release(@QueryValue String namespace, @QueryValue String name, @QueryValue long token) {
        return leases.release(namespace, name, token);
    }

    @Get("/read")
    Founded<Lease> read(@QueryValue String namespace, @QueryValue String name) {
        return leases.read(namespace, name);
    }
}
