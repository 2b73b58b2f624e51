package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
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
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** {@link RegisteredModelOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/registered-models",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface RegisteredModelClient extends RegisteredModelOperations {

    @Override
    @Post("/create")
    RegisteredModel create(@Body CreateRegisteredModel request);

    @Override
    @Post("/search")
    RegisteredModelPage search(@Body RegisteredModelQuery query);

    @Override
    @Post("/update")
    RegisteredModel update(@Body UpdateRegisteredModel request);

    @Override
    @Post("/rename")
    RegisteredModel rename(@Body RenameRegisteredModel request);

    @Override
    @Post("/latest-versions")
    List<ModelVersion> latestVersions(@Body LatestVersions request);

    @Override
    @Post("/set-tag")
    void setTag(@Body ModelTag request);

    @Override
    @Post("/delete-tag")
    void deleteTag(@Body ModelTagKey request);

    @Override
    @Post("/set-alias")
    void setAlias(@Body SetAlias request);

    @Override
    @Post("/delete-alias")
    void deleteAlias(@Body AliasName request);

    @Override
    default RegisteredModel get(String name) {
        return getNamed(new Name(name));
    }

    @Post("/get")
    RegisteredModel getNamed(@Body Name name);

    @Override
    default void delete(String name) {
        deleteNamed(new Name(name));
    }

    @Post("/delete")
    void deleteNamed(@Body Name name);
}
