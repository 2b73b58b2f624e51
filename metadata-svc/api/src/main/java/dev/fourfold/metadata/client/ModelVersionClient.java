package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
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
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** {@link ModelVersionOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/model-versions",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface ModelVersionClient extends ModelVersionOperations {

    @Override
    @Post("/create")
    ModelVersion create(@Body CreateModelVersion request);

    @Override
    @Post("/get")
    ModelVersion get(@Body ModelVersionName version);

    @Override
    @Post("/get-by-alias")
    ModelVersion getByAlias(@Body AliasName alias);

    @Override
    @Post("/download-uri")
    DownloadUri downloadUri(@Body ModelVersionName version);

    @Override
    @Post("/resolve")
    ResolvedVersion resolve(@Body ModelAddress address);

    @Override
    @Post("/search")
    ModelVersionPage search(@Body ModelVersionQuery query);

    @Override
    @Post("/update")
    ModelVersion update(@Body UpdateModelVersion request);

    @Override
    @Post("/move-to-stage")
    ModelVersion moveToStage(@Body MoveToStage request);

    @Override
    @Post("/promotions")
    List<Promotion> promotions(@Body PromotionQuery query);

    @Override
    @Post("/delete")
    void delete(@Body ModelVersionName version);

    @Override
    @Post("/set-tag")
    void setTag(@Body ModelVersionTag request);

    @Override
    @Post("/delete-tag")
    void deleteTag(@Body ModelVersionTagKey request);
}
