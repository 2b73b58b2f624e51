package dev.fourfold.metadata.http;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.client.Name;
import dev.fourfold.metadata.model.CreateModel;
import dev.fourfold.metadata.model.LoggedModel;
import dev.fourfold.metadata.model.ModelOperations;
import dev.fourfold.metadata.model.ModelPage;
import dev.fourfold.metadata.model.ModelQuery;
import dev.fourfold.metadata.model.ModelStatus;
import dev.fourfold.metadata.run.Param;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.List;

/** Logged models, for other services of ours. */
@Controller("/metadata/models")
@AsProcess
final class ModelController {

    private final ModelOperations models;

    ModelController(ModelOperations models) {
        this.models = models;
    }

    @Post("/create")
    LoggedModel create(@Body CreateModel request) {
        return models.create(request);
    }

    @Get("/get")
    LoggedModel get(@QueryValue String modelId, @QueryValue boolean allowDeleted) {
        return models.get(modelId, allowDeleted);
    }

    @Post("/search")
    ModelPage search(@Body ModelQuery query) {
        return models.search(query);
    }

    @Post("/finish")
    LoggedModel finish(@QueryValue String modelId, @QueryValue ModelStatus status) {
        return models.finish(modelId, status);
    }

    @Post("/delete")
    void delete(@QueryValue String modelId) {
        models.delete(modelId);
    }

    @Post("/set-tags")
    void setTags(@QueryValue String modelId, @Body List<Tag> tags) {
        models.setTags(modelId, tags);
    }

    @Post("/delete-tag")
    void deleteTag(@QueryValue String modelId, @Body Name key) {
        models.deleteTag(modelId, key.name());
    }

    @Post("/add-params")
    void addParams(@QueryValue String modelId, @Body List<Param> params) {
        models.addParams(modelId, params);
    }
}
