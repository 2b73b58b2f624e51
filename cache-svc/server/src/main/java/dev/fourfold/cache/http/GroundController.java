package dev.fourfold.cache.http;

import dev.fourfold.cache.state.Cleared;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Ground;
import dev.fourfold.cache.state.GroundOperations;
import dev.fourfold.cache.state.NamespaceLimits;
import dev.fourfold.cache.state.Usage;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;

/** Namespaces of training state, for other services of ours. */
@Controller("/state/ground")
@Requires(property = "fourfold.service.separate", value = "true")
final class GroundController {

    private final GroundOperations grounds;

    GroundController(GroundOperations grounds) {
        this.grounds = grounds;
    }

    @Post("/lay")
    void lay(@QueryValue String namespace, @Body Ground ground) {
        grounds.lay(namespace, ground);
    }

    @Post("/usage")
    Usage usage(@QueryValue String namespace, @Body NamespaceLimits limits) {
        return grounds.usage(namespace, limits);
    }

    @Post("/clear")
    Founded<Cleared> clear(@QueryValue String namespace, @QueryValue long lastToken) {
        return grounds.clear(namespace, lastToken);
    }
}
