package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.files.FileChanges;
import dev.fourfold.gateway.files.LateFiles;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import java.io.IOException;
import java.io.InputStream;

/** Files through the gateway, streamed both ways; nothing is ever held whole. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class ArtifactProxyController {

    private static final String API = "/api/2.0/mlflow-artifacts/artifacts";
    private static final String AJAX = "/ajax-api/2.0/mlflow-artifacts/artifacts";
    private static final String BELOW = "api/2.0/mlflow-artifacts/artifacts/";
    private static final Shape LIST = Shape.of(Field.text("path"));

    private final ArtifactOperations artifacts;
    private final LateFiles late;
    private final FileChanges changes;

    ArtifactProxyController(ArtifactOperations artifacts, LateFiles late, FileChanges changes) {
        this.artifacts = artifacts;
        this.late = late;
        this.changes = changes;
    }

    @Access(AccessLevel.READ)
    @Get(uris = {API, AJAX})
    HttpResponse<byte[]> list(MlflowRequest request) {
        ArtifactPath path = ArtifactPath.of(request.read(LIST).text("path"));
        return Json.ok(Store.ARTIFACTS, ArtifactJson.names(artifacts.list(path)));
    }

    @Access(AccessLevel.WRITE)
    @Put(uris = {API + "/{+path}", AJAX + "/{+path}"})
    HttpResponse<?> put(HttpRequest<?> request, String path) throws IOException {
        ArtifactPath file = fileOf(request, "Artifact path must include a filename (cannot end with '/').");
        if (request.getHeaders().contains(HttpHeaders.CONTENT_ENCODING)) {
            throw new Problem.InvalidArgument("Artifacts are kept as they are sent: Content-Encoding is not taken.")
                    .toException();
        }
        late.refuse(file);
        try (var body = Bodies.stream(request)) {
            long size = body.expectedLength().orElse(-1); // Before the stream is asked for, which takes the body over.
            try (InputStream content = body.toInputStream()) {
                changes.change(file, () -> {
                    artifacts.put(file, content, size);
                    late.removeIfLate(file);
                });
            }
        }
        return HttpResponse.ok();
    }

    @Access(AccessLevel.READ)
    @Get(uris = {API + "/{+path}", AJAX + "/{+path}"})
    HttpResponse<?> get(HttpRequest<?> request, String path) throws IOException {
        ArtifactPath file = fileOf(request, "Artifact path refers to a directory, not a file.");
        return Download.answer(artifacts, file, request).header(Store.HEADER, Store.ARTIFACTS.headerValue());
    }

    @Access(AccessLevel.WRITE)
    @Delete(uris = {API + "/{+path}", AJAX + "/{+path}"})
    HttpResponse<byte[]> delete(HttpRequest<?> request, String path) {
        ArtifactPath file = ArtifactPath.of(ArtifactPaths.below(request, BELOW));
        if (file.equals(ArtifactPath.ROOT)) {
            throw new Problem.InvalidArgument("Invalid path").toException();
        }
        try {
            changes.remove(file, () -> artifacts.delete(file));
        } catch (ProblemException e) {
            if (!(e.problem() instanceof Problem.NotFound)) {
                throw e;
            } // As with MLflow: gone is gone, so a repeat is fine.
        }
        return Done.empty();
    }

    private static ArtifactPath fileOf(HttpRequest<?> request, String refusal) {
        String path = ArtifactPaths.below(request, BELOW);
        ArtifactPath file = ArtifactPath.of(path);
        if (path.isEmpty() || path.endsWith("/")) {
            throw new Problem.InvalidArgument(refusal).toException();
        }
        return file;
    }
}
