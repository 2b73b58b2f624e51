package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.files.ArtifactRoots;
import dev.fourfold.gateway.files.FileChanges;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.run.RunOperations;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One file of a run, as MLflow's web page asks for it and stores it: by the run, not by the place in the store. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class RunFileController {

    private static final int LARGEST_UPLOAD = 10 * 1024 * 1024;
    private static final long MOST_SKIPPED = 100L * 1024 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final RunOperations runs;
    private final ArtifactOperations artifacts;
    private final ArtifactRoots roots;
    private final FileChanges changes;
    private final MlflowErrorFormat errors;

    RunFileController(
            RunOperations runs,
            ArtifactOperations artifacts,
            ArtifactRoots roots,
            FileChanges changes,
            MlflowErrorFormat errors) {
        this.runs = runs;
        this.artifacts = artifacts;
        this.roots = roots;
        this.changes = changes;
        this.errors = errors;
    }

    @Access(AccessLevel.READ)
    @Get("/get-artifact")
    HttpResponse<?> get(HttpRequest<?> request) throws IOException {
        String path = parameter(request, "path");
        if (path == null) {
            throw Refusals.missing("path");
        }
        ArtifactPath below = ArtifactPath.of(path);
        String runId = parameter(request, "run_id");
        if (runId == null || runId.isEmpty()) {
            runId = parameter(request, "run_uuid");
        }
        // As Python writes what is not there; no run has that id.
        ArtifactPath root = rootOf(runId == null ? "None" : runId);
        if (below.isRoot()) {
            throw Refusals.refusal("Artifact path refers to a directory, not a file.");
        }
        return Download.answer(artifacts, root.resolve(below.value()), request)
                .header(Store.HEADER, Store.ARTIFACTS.headerValue());
    }

    @Access(AccessLevel.WRITE)
    @Post(Doors.AJAX + "/upload-artifact")
    HttpResponse<?> upload(HttpRequest<?> request) throws IOException {
        String runId = parameter(request, "run_uuid");
        if (runId == null || runId.isEmpty()) {
            throw Refusals.refusal("Request must specify run_uuid.");
        }
        String path = parameter(request, "path");
        if (path == null || path.isEmpty()) {
            throw Refusals.refusal("Request must specify path.");
        }
        ArtifactPath below = ArtifactPath.of(path);
        if (request.getHeaders().contentLength().orElse(0) > LARGEST_UPLOAD) {
            return tooLarge(request);
        }
        byte[] content = Bodies.read(request, LARGEST_UPLOAD);
        if (content.length == 0) {
            throw Refusals.refusal("Request must specify data.");
        }
        ArtifactPath file = rootOf(runId).resolve(below.value());
        changes.change(file, () -> artifacts.put(file, new ByteArrayInputStream(content), content.length));
        return HttpResponse.ok(new byte[0]).contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    /** Many clients read no answer before they have sent all; who is far over the limit is cut off. */
    private HttpResponse<?> tooLarge(HttpRequest<?> request) throws IOException {
        try (var body = Bodies.stream(request);
                var in = body.toInputStream()) {
            var buffer = new byte[BUFFER_BYTES];
            long skipped = 0;
            for (int read = in.read(buffer); read >= 0 && skipped < MOST_SKIPPED; read = in.read(buffer)) {
                skipped += read;
            }
        }
        var answer = errors.problem(new Problem.InvalidArgument("Artifact size is too large. Max size is 10MB."));
        boolean left = request.getHeaders().contentLength().orElse(0) > MOST_SKIPPED;
        return left ? answer.header(HttpHeaders.CONNECTION, "close") : answer;
    }

    private ArtifactPath rootOf(String runId) {
        return roots.locate(runs.get(runId).info().artifactUri());
    }

    private static @Nullable String parameter(HttpRequest<?> request, String name) {
        return request.getParameters().get(name);
    }
}
