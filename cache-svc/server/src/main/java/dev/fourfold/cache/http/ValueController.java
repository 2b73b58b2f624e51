package dev.fourfold.cache.http;

import dev.fourfold.cache.state.Addition;
import dev.fourfold.cache.state.Count;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Removed;
import dev.fourfold.cache.state.SetValue;
import dev.fourfold.cache.state.StoredValue;
import dev.fourfold.cache.state.ValueOperations;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import org.jspecify.annotations.Nullable;

/** Values and counters, for other services of ours. */
@Controller("/state/values")
@Requires(property = "fourfold.service.separate", value = "true")
final class ValueController {

    private final ValueOperations values;

    ValueController(ValueOperations values) {
        this.values = values;
    }

    @Post("/set")
    Founded<StoredValue> set(@QueryValue String namespace, @QueryValue String key, @Body SetValue value) {
        return values.set(namespace, key, value);
    }

    @Get("/get")
    Founded<StoredValue> get(@QueryValue String namespace, @QueryValue String key) {
        return values.get(namespace, key);
    }

    @Post("/remove")
    Founded<Removed> remove(
            @QueryValue String namespace,
            @QueryValue String key,
            @QueryValue @Nullable Long version,
            @QueryValue @Nullable String requestId) {
        return values.remove(namespace, key, version, requestId);
    }

    @Post("/add")
    Founded<Count> add(@QueryValue String namespace, @QueryValue String counter, @Body Addition addition) {
        return values.add(namespace, counter, addition);
    }

    @Get("/count")
    Founded<Count> count(@QueryValue String namespace, @QueryValue String counter) {
        return values.count(namespace, counter);
    }

    @Post("/remove-counter")
    Founded<Removed> removeCounter(
            @QueryValue String namespace, @QueryValue String counter, @QueryValue @Nullable String requestId) {
        return values.removeCounter(namespace, counter, requestId);
    }
}
