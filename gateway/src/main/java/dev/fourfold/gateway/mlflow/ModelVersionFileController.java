package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.gateway.files.ArtifactRoots;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.registry.ModelVersionName;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;

/** One file of a model version, as MLflow's web page asks for it; nothing outside of what the version names. */
@Controller
@Produces(MediaType.ALL)
final class ModelVersionFileController {

    private final ModelVersionOperations versions;
    private final ArtifactOperations artifacts;
    private final ArtifactRoots roots;

    ModelVersionFileController(ModelVersionOperations versions, ArtifactOperations artifacts, ArtifactRoots roots) {
        this.versions = versions;
        this.artifacts = artifacts;
        this.roots = roots;
    }

    @Access(AccessLevel.READ)
    @Get("/model-versions/get-artifact")
    HttpResponse<?> get(HttpRequest<?> request) throws IOException {
        ArtifactPath below = ArtifactPath.of(required(request, "path"));
        var version = new ModelVersionName(required(request, "name"), required(request, "version"));
        ArtifactPath root = roots.locate(versions.downloadUri(version).artifactUri());
        if (below.isRoot()) {
            throw Refusals.refusal("Artifact path refers to a directory, not a file.");
        }
        return Download.answer(artifacts, root.resolve(below.value()), request)
                .header(Store.HEADER, Store.ARTIFACTS.headerValue());
    }

    private static String required(HttpRequest<?> request, String name) {
        String value = request.getParameters().get(name);
        if (value == null) {
            throw Refusals.missing(name);
        }
        return value;
    }
}
