package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.artifacts.UploadedPart;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.files.FileChanges;
import dev.fourfold.gateway.files.LateFiles;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.time.Duration;

/** Files of the proxy that go past us: uploads in parts, and addresses that clients read at by themselves. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class TransferController {

    private static final String API = "/api/2.0/mlflow-artifacts";
    private static final String AJAX = "/ajax-api/2.0/mlflow-artifacts";
    private static final String BELOW = "api/2.0/mlflow-artifacts";
    private static final Duration READ_LIMIT = Duration.ofMinutes(5);

    private static final Shape CREATE = Shape.of(Field.text("path").asRequired(), Field.int64("num_parts"));
    private static final Shape COMPLETE = Shape.of(
            Field.text("path").asRequired(),
            Field.text("upload_id"),
            Field.messages("parts", Shape.of(Field.int64("part_number"), Field.text("etag"), Field.text("url")))
                    .asRequired());
    private static final Shape ABORT = Shape.of(Field.text("path").asRequired(), Field.text("upload_id"));

    private final TransferOperations transfers;
    private final LateFiles late;
    private final FileChanges changes;

    TransferController(TransferOperations transfers, LateFiles late, FileChanges changes) {
        this.transfers = transfers;
        this.late = late;
        this.changes = changes;
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/mpu/create/{+path}", AJAX + "/mpu/create/{+path}"})
    HttpResponse<byte[]> create(HttpRequest<?> request, MlflowRequest body, String path) {
        ArtifactPath directory = directoryOf(request, "create");
        Message message = body.read(CREATE);
        ArtifactPath file = fileOf(directory, message);
        checkUpload();
        late.refuse(file);
        int parts = Math.clamp(message.int64("num_parts"), -1, Integer.MAX_VALUE);
        return Json.ok(Store.ARTIFACTS, TransferJson.upload(transfers.begin(file, parts)));
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/mpu/complete/{+path}", AJAX + "/mpu/complete/{+path}"})
    HttpResponse<byte[]> complete(HttpRequest<?> request, MlflowRequest body, String path) {
        ArtifactPath directory = directoryOf(request, "complete");
        Message message = body.read(COMPLETE);
        ArtifactPath file = fileOf(directory, message);
        checkUpload();
        var parts = message.messages("parts").stream()
                .map(part -> new UploadedPart(
                        Math.clamp(part.int64("part_number"), -1, Integer.MAX_VALUE), part.text("etag")))
                .toList();
        late.refuse(file);
        changes.change(file, () -> {
            transfers.complete(file, message.text("upload_id"), parts);
            late.removeIfLate(file);
        });
        return Done.empty();
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/mpu/abort/{+path}", AJAX + "/mpu/abort/{+path}"})
    HttpResponse<byte[]> abort(HttpRequest<?> request, MlflowRequest body, String path) {
        ArtifactPath directory = directoryOf(request, "abort");
        Message message = body.read(ABORT);
        ArtifactPath file = fileOf(directory, message);
        checkUpload();
        transfers.abort(file, message.text("upload_id"));
        return Done.empty();
    }

    @Access(AccessLevel.READ)
    @Get(uris = {API + "/presigned/{+path}", AJAX + "/presigned/{+path}"})
    HttpResponse<byte[]> presigned(HttpRequest<?> request, String path) {
        ArtifactPath file = ArtifactPath.of(ArtifactPaths.below(request, BELOW + "/presigned/"));
        if (!transfers.offer().direct()) {
            throw new Problem.Unsupported("Multipart download is not supported for the current artifact repository")
                    .toException();
        }
        var signed = transfers.signDownload(file, Download.disposition(file.name()), READ_LIMIT);
        return Json.ok(Store.ARTIFACTS, TransferJson.presigned(signed));
    }

    /** The client falls back to the proxy by the beginning of this sentence. */
    private void checkUpload() {
        if (!transfers.offer().direct()) {
            throw new Problem.Unsupported("Multipart upload is not supported for the current artifact repository")
                    .toException();
        }
    }

    private static ArtifactPath directoryOf(HttpRequest<?> request, String step) {
        return ArtifactPath.of(ArtifactPaths.below(request, BELOW + "/mpu/" + step + "/"));
    }

    /**
     * The client gives the path of the file on its own disk, of which the name alone counts; a name that could mean
     * another directory is refused as everywhere.
     */
    private static ArtifactPath fileOf(ArtifactPath directory, Message message) {
        String local = message.text("path");
        String name = local.substring(Math.max(local.lastIndexOf('/'), local.lastIndexOf('\\')) + 1);
        if (name.isEmpty()) {
            throw new Problem.InvalidArgument("Invalid path").toException();
        }
        return directory.resolve(name);
    }
}
