package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.files.ArtifactRoots;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.model.ModelOperations;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;

/** What a logged model keeps as artifacts. */
@Controller
@Produces(MediaType.ALL)
final class LoggedModelFileController {

    private static final Shape LIST = Shape.of(Field.text("artifact_directory_path"), Field.text("page_token"));
    private static final Shape FILE = Shape.of(Field.text("artifact_file_path"));

    private final ModelOperations models;
    private final ArtifactOperations artifacts;
    private final ArtifactRoots roots;

    LoggedModelFileController(ModelOperations models, ArtifactOperations artifacts, ArtifactRoots roots) {
        this.models = models;
        this.artifacts = artifacts;
        this.roots = roots;
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/logged-models/{modelId}/artifacts/directories",
                AJAX + "/logged-models/{modelId}/artifacts/directories",
                API_3 + "/logged-models/{modelId}/artifacts/directories",
                AJAX_3 + "/logged-models/{modelId}/artifacts/directories"
            })
    HttpResponse<byte[]> list(MlflowRequest request, String modelId) {
        ArtifactPath below = ArtifactPath.of(request.read(LIST).text("artifact_directory_path"));
        String root = models.get(modelId, false).artifactUri();
        ArtifactPath rootPath = roots.locate(root);
        var entries = artifacts.list(below.value().isEmpty() ? rootPath : rootPath.resolve(below.value()));
        return Json.ok(Store.ARTIFACTS, ArtifactJson.paths(root, below.value(), entries));
    }

    /** One file, for the web page. */
    @Access(AccessLevel.READ)
    @Get(AJAX + "/logged-models/{modelId}/artifacts/files")
    HttpResponse<?> file(MlflowRequest request, HttpRequest<?> http, String modelId) throws IOException {
        String path = request.read(FILE).text("artifact_file_path");
        if (path.isEmpty()) {
            return MlflowErrorFormat.badRequest(
                    new Problem.InvalidArgument("Request must include the \"artifact_file_path\" query parameter."));
        }
        ArtifactPath below = ArtifactPath.of(path);
        ArtifactPath file =
                roots.locate(models.get(modelId, false).artifactUri()).resolve(below.value());
        return Download.answer(artifacts, file, http).header(Store.HEADER, Store.ARTIFACTS.headerValue());
    }
}
