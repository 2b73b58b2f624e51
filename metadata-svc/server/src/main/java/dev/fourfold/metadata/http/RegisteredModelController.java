package dev.fourfold.metadata.http;

import dev.fourfold.metadata.client.Name;
import dev.fourfold.metadata.registry.AliasName;
import dev.fourfold.metadata.registry.CreateRegisteredModel;
import dev.fourfold.metadata.registry.LatestVersions;
import dev.fourfold.metadata.registry.ModelTag;
import dev.fourfold.metadata.registry.ModelTagKey;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.RegisteredModel;
import dev.fourfold.metadata.registry.RegisteredModelOperations;
import dev.fourfold.metadata.registry.RegisteredModelPage;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import dev.fourfold.metadata.registry.RenameRegisteredModel;
import dev.fourfold.metadata.registry.SetAlias;
import dev.fourfold.metadata.registry.UpdateRegisteredModel;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.List;

/** Registered models, for other services of ours. */
@Controller("/metadata/registered-models")
@AsProcess
final class RegisteredModelController {

    private final RegisteredModelOperations models;

    RegisteredModelController(RegisteredModelOperations models) {
        this.models = models;
    }

    @Post("/create")
    RegisteredModel create(@Body CreateRegisteredModel request) {
        return models.create(request);
    }

    @Post("/search")
    RegisteredModelPage search(@Body RegisteredModelQuery query) {
        return models.search(query);
    }

    @Post("/update")
    RegisteredModel update(@Body UpdateRegisteredModel request) {
        return models.update(request);
    }

    @Post("/rename")
    RegisteredModel rename(@Body RenameRegisteredModel request) {
        return models.rename(request);
    }

    @Post("/latest-versions")
    List<ModelVersion> latestVersions(@Body LatestVersions request) {
        return models.latestVersions(request);
    }

    @Post("/set-tag")
    void setTag(@Body ModelTag request) {
        models.setTag(request);
    }

    @Post("/delete-tag")
    void deleteTag(@Body ModelTagKey request) {
        models.deleteTag(request);
    }

    @Post("/set-alias")
    void setAlias(@Body SetAlias request) {
        models.setAlias(request);
    }

    @Post("/delete-alias")
    void deleteAlias(@Body AliasName request) {
        models.deleteAlias(request);
    }

    @Post("/get")
    RegisteredModel get(@Body Name name) {
        return models.get(name.name());
    }

    @Post("/delete")
    void delete(@Body Name name) {
        models.delete(name.name());
    }
}
