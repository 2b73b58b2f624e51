package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.FeatureOperations;
import dev.fourfold.metadata.feature.FoundRows;
import dev.fourfold.metadata.feature.PushOutcome;
import dev.fourfold.metadata.feature.PushRows;
import dev.fourfold.metadata.feature.ReadRows;
import dev.fourfold.metadata.feature.RemoveRows;
import dev.fourfold.metadata.feature.Removed;
import dev.fourfold.metadata.feature.ViewPage;
import dev.fourfold.metadata.feature.ViewState;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import org.jspecify.annotations.Nullable;

/** {@link FeatureOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/features",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface FeatureClient extends FeatureOperations {

    @Override
    @Post("/define")
    ViewState define(@Body DefineView view);

    @Override
    @Get("/get")
    ViewState get(@QueryValue String name);

    @Override
    @Get("/list")
    ViewPage list(@QueryValue @Nullable String after, @QueryValue int limit);

    @Override
    @Post("/delete")
    void delete(@QueryValue String name);

    @Override
    @Post("/push")
    PushOutcome push(@Body PushRows push);

    @Override
    @Post("/remove")
    Removed remove(@Body RemoveRows rows);

    @Override
    @Post("/read")
    FoundRows read(@Body ReadRows question);
}
