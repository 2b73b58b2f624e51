package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.state.DefineNamespace;
import dev.fourfold.metadata.state.NamespaceOperations;
import dev.fourfold.metadata.state.NamespacePage;
import dev.fourfold.metadata.state.StateNamespace;
import dev.fourfold.metadata.state.TokenBlock;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import org.jspecify.annotations.Nullable;

/** {@link NamespaceOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/state-namespaces",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface NamespaceClient extends NamespaceOperations {

    @Override
    @Post("/define")
    StateNamespace define(@Body DefineNamespace namespace);

    @Override
    @Get("/get")
    StateNamespace get(@QueryValue String name);

    @Override
    @Get("/list")
    NamespacePage list(@QueryValue @Nullable String after, @QueryValue int limit);

    @Override
    @Post("/reserve")
    TokenBlock reserve(@QueryValue String name, @QueryValue String incarnation);

    @Override
    @Post("/delete")
    boolean delete(@QueryValue String name, @QueryValue @Nullable Long lastToken);
}
