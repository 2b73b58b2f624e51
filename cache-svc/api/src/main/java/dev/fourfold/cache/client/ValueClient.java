package dev.fourfold.cache.client;

import dev.fourfold.cache.state.Addition;
import dev.fourfold.cache.state.Count;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Removed;
import dev.fourfold.cache.state.SetValue;
import dev.fourfold.cache.state.StoredValue;
import dev.fourfold.cache.state.ValueOperations;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import org.jspecify.annotations.Nullable;

/** {@link ValueOperations} of a cache-svc elsewhere. */
@BetweenServices
@Client(value = "${fourfold.cache.url}", path = "/state/values", configuration = StateClientConfiguration.class)
@Requires(property = "fourfold.cache.url")
interface ValueClient extends ValueOperations {

    @Override
    @Post("/set")
    Founded<StoredValue> set(@QueryValue String namespace, @QueryValue String key, @Body SetValue value);

    @Override
    @Get("/get")
    Founded<StoredValue> get(@QueryValue String namespace, @QueryValue String key);

    @Override
    @Post("/remove")
    Founded<Removed> remove(
            @QueryValue String namespace,
            @QueryValue String key,
            @QueryValue @Nullable Long version,
            @QueryValue @Nullable String requestId);

    @Override
    @Post("/add")
    Founded<Count> add(@QueryValue String namespace, @QueryValue String counter, @Body Addition addition);

    @Override
    @Get("/count")
    Founded<Count> count(@QueryValue String namespace, @QueryValue String counter);

    @Override
    @Post("/remove-counter")
    Founded<Removed> removeCounter(
            @QueryValue String namespace, @QueryValue String counter, @QueryValue @Nullable String requestId);
}
