package dev.fourfold.metadata.http;

import dev.fourfold.metadata.registry.AliasName;
import dev.fourfold.metadata.registry.CreateModelVersion;
import dev.fourfold.metadata.registry.DownloadUri;
import dev.fourfold.metadata.registry.ModelAddress;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionName;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.ModelVersionPage;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.ModelVersionTag;
import dev.fourfold.metadata.registry.ModelVersionTagKey;
import dev.fourfold.metadata.registry.MoveToStage;
import dev.fourfold.metadata.registry.Promotion;
import dev.fourfold.metadata.registry.PromotionQuery;
import dev.fourfold.metadata.registry.ResolvedVersion;
import dev.fourfold.metadata.registry.UpdateModelVersion;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import java.util.List;

/** Versions of registered models, for other services of ours. */
@Controller("/metadata/model-versions")
@AsProcess
final class ModelVersionController {

    private final ModelVersionOperations versions;

    ModelVersionController(ModelVersionOperations versions) {
        this.versions = versions;
    }

    @Post("/create")
    ModelVersion create(@Body CreateModelVersion request) {
        return versions.create(request);
    }

    @Post("/get")
    ModelVersion get(@Body ModelVersionName version) {
        return versions.get(version);
    }

    @Post("/get-by-alias")
    ModelVersion getByAlias(@Body AliasName alias) {
        return versions.getByAlias(alias);
    }

    @Post("/download-uri")
    DownloadUri downloadUri(@Body ModelVersionName version) {
        return versions.downloadUri(version);
    }

    @Post("/resolve")
    ResolvedVersion resolve(@Body ModelAddress address) {
        return versions.resolve(address);
    }

    @Post("/search")
    ModelVersionPage search(@Body ModelVersionQuery query) {
        return versions.search(query);
    }

    @Post("/update")
    ModelVersion update(@Body UpdateModelVersion request) {
        return versions.update(request);
    }

    @Post("/move-to-stage")
    ModelVersion moveToStage(@Body MoveToStage request) {
        return versions.moveToStage(request);
    }

    @Post("/promotions")
    List<Promotion> promotions(@Body PromotionQuery query) {
        return versions.promotions(query);
    }

    @Post("/delete")
    void delete(@Body ModelVersionName version) {
        versions.delete(version);
    }

    @Post("/set-tag")
    void setTag(@Body ModelVersionTag request) {
        versions.setTag(request);
    }

    @Post("/delete-tag")
    void deleteTag(@Body ModelVersionTagKey request) {
        versions.deleteTag(request);
    }
}
