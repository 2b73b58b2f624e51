package dev.fourfold.cache.http;

import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
import dev.fourfold.cache.state.BarrierOperations;
import dev.fourfold.cache.state.Founded;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;

/** Barriers, for other services of ours. */
@Controller("/state/barriers")
@Requires(property = "fourfold.service.separate", value = "true")
final class BarrierController {

    private final BarrierOperations barriers;

    BarrierController(BarrierOperations barriers) {
        this.barriers = barriers;
    }

    @Post("/arrive")
    Founded<Barrier> arrive(@QueryValue String namespace, @QueryValue String name, @Body Arrival arrival) {
        return barriers.arrive(namespace, name, arrival);
    }

    @Get("/read")
    Founded<Barrier> read(@QueryValue String namespace, @QueryValue String name) {
        return barriers.read(namespace, name);
    }
}
