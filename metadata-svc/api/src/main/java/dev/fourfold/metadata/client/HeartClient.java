package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.heart.BegunHeart;
import dev.fourfold.metadata.heart.HeartOperations;
import dev.fourfold.metadata.heart.HeartPage;
import dev.fourfold.metadata.heart.HeartVerdict;
import dev.fourfold.metadata.heart.NewHeart;
import dev.fourfold.metadata.heart.RunHeart;
import dev.fourfold.metadata.heart.SilentHearts;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link HeartOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/hearts",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface HeartClient extends HeartOperations {

    @Override
    @Post("/begin")
    BegunHeart begin(@QueryValue String runId, @Body NewHeart heart);

    @Override
    @Get("/get")
    RunHeart get(@QueryValue String runId);

    @Override
    @Post("/remove")
    void remove(@QueryValue String runId);

    @Override
    @Post("/stop")
    List<HeartVerdict> stop(@Body SilentHearts silent);

    @Override
    @Get("/beating")
    HeartPage beating(@QueryValue @Nullable Long after, @QueryValue int limit);

    @Override
    @Post("/watch")
    void watch(@QueryValue @Nullable String incarnation);
}
