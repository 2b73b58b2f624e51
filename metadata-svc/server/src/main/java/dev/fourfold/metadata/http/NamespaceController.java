package dev.fourfold.metadata.http;

import dev.fourfold.metadata.state.DefineNamespace;
import dev.fourfold.metadata.state.NamespaceOperations;
import dev.fourfold.metadata.state.NamespacePage;
import dev.fourfold.metadata.state.StateNamespace;
import dev.fourfold.metadata.state.TokenBlock;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import org.jspecify.annotations.Nullable;

/** The record of namespaces of training state, for other services of ours. */
@Controller("/metadata/state-namespaces")
@AsProcess
final class NamespaceController {

    private final NamespaceOperations namespaces;

    NamespaceController(NamespaceOperations namespaces) {
        this.namespaces = namespaces;
    }

    @Post("/define")
    StateNamespace define(@Body DefineNamespace namespace) {
        return namespaces.define(namespace);
    }

    @Get("/get")
    StateNamespace get(@QueryValue String name) {
        return namespaces.get(name);
    }

    @Get("/list")
    NamespacePage list(@QueryValue @Nullable String after, @QueryValue int limit) {
        return namespaces.list(after, limit);
    }

    @Post("/reserve")
    TokenBlock reserve(@QueryValue String name, @QueryValue String incarnation) {
        return namespaces.reserve(name, incarnation);
    }

    @Post("/delete")
    boolean delete(@QueryValue String name, @QueryValue @Nullable Long lastToken) {
        return namespaces.delete(name, lastToken);
    }
}
