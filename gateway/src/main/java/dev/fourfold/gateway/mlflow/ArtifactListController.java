package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.gateway.files.ArtifactRoots;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.run.RunOperations;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** What a run keeps as artifacts. */
@Controller
@Produces(MediaType.ALL)
final class ArtifactListController {

    private static final Shape LIST = Shape.of(
            Field.text("run_id").asRequired(), Field.text("path"), Field.text("page_token"), Field.text("run_uuid"));

    private final RunOperations runs;
    private final ArtifactOperations artifacts;
    private final ArtifactRoots roots;

    ArtifactListController(RunOperations runs, ArtifactOperations artifacts, ArtifactRoots roots) {
        this.runs = runs;
        this.artifacts = artifacts;
        this.roots = roots;
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/artifacts/list",
                AJAX + "/artifacts/list",
                API_3 + "/artifacts/list",
                AJAX_3 + "/artifacts/list"
            })
    HttpResponse<byte[]> list(MlflowRequest request) {
        Message message = request.read(LIST);
        ArtifactPath below = ArtifactPath.of(message.text("path"));
        String root = runs.get(message.runId()).info().artifactUri();
        ArtifactPath rootPath = roots.locate(root);
        var entries = artifacts.list(below.value().isEmpty() ? rootPath : rootPath.resolve(below.value()));
        return Json.ok(Store.ARTIFACTS, ArtifactJson.paths(root, below.value(), entries));
    }
}
