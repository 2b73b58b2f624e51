package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.model.CreateModel;
import dev.fourfold.metadata.model.LoggedModel;
import dev.fourfold.metadata.model.ModelOperations;
import dev.fourfold.metadata.model.ModelPage;
import dev.fourfold.metadata.model.ModelQuery;
import dev.fourfold.metadata.model.ModelStatus;
import dev.fourfold.metadata.run.Param;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** {@link ModelOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/models",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface ModelClient extends ModelOperations {

    @Override
    @Post("/create")
    LoggedModel create(@Body CreateModel request);

    @Override
    @Get("/get")
    LoggedModel get(@QueryValue String modelId, @QueryValue boolean allowDeleted);

    @Override
    @Post("/search")
    ModelPage search(@Body ModelQuery query);

    @Override
    @Post("/finish")
    LoggedModel finish(@QueryValue String modelId, @QueryValue ModelStatus status);

    @Override
    @Post("/delete")
    void delete(@QueryValue String modelId);

    @Override
    @Post("/set-tags")
    void setTags(@QueryValue String modelId, @Body List<Tag> tags);

    @Override
    default void deleteTag(String modelId, String key) {
        deleteTagOf(modelId, new Name(key));
    }

    @Post("/delete-tag")
    void deleteTagOf(@QueryValue String modelId, @Body Name key);

    @Override
    @Post("/add-params")
    void addParams(@QueryValue String modelId, @Body List<Param> params);
}
