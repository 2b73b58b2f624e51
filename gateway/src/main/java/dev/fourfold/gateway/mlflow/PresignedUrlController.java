package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.run.RunOperations;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/** Signed addresses for files of runs that lie at our store's own address, and not behind the proxy. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class PresignedUrlController {

    private static final Shape UPLOAD = Shape.of(
            Field.text("run_id"), Field.text("model_id"), Field.text("path").asRequired(), Field.int64("expiration"));
    private static final Shape DOWNLOAD =
            Shape.of(Field.text("run_id").asRequired(), Field.text("path").asRequired(), Field.int64("expiration"));

    private static final Set<String> PROXIED = Set.of("http", "https", "mlflow-artifacts");
    private static final long UPLOAD_SECONDS = 900;
    private static final long DOWNLOAD_SECONDS = 300;
    private static final long MOST_SECONDS = Duration.ofDays(7).toSeconds();

    private final RunOperations runs;
    private final TransferOperations transfers;

    PresignedUrlController(RunOperations runs, TransferOperations transfers) {
        this.runs = runs;
        this.transfers = transfers;
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/artifacts/presigned-upload-url",
                AJAX + "/artifacts/presigned-upload-url",
                API_3 + "/artifacts/presigned-upload-url",
                AJAX_3 + "/artifacts/presigned-upload-url"
            })
    HttpResponse<byte[]> upload(MlflowRequest request) {
        Message message = request.read(UPLOAD);
        String runId = message.text("run_id");
        String modelId = message.text("model_id");
        if (runId.isEmpty() == modelId.isEmpty()) {
            throw Refusals.refusal("Exactly one of run_id and model_id must be provided.");
        }
        ArtifactPath below = ArtifactPath.of(message.text("path"));
        if (runId.isEmpty()) {
            throw new Problem.NotFound("Logged model with ID '" + modelId + "' not found.").toException();
        }
        String root = runs.get(runId).info().artifactUri();
        refuseProxied(
                root,
                "Presigned upload is not supported for proxied artifact storage (artifact URI scheme: %s)."
                        + " This endpoint requires a direct cloud storage artifact URI.");
        ArtifactPath file = locate(root, "Presigned upload").resolve(below.value());
        Duration validFor = seconds(Objects.requireNonNullElse(message.int64OrNull("expiration"), UPLOAD_SECONDS));
        String type = ContentTypes.of(file.name()).toString();
        return Json.ok(Store.ARTIFACTS, TransferJson.presignedUrl(transfers.signUpload(file, type, validFor)));
    }

    @Access(AccessLevel.READ)
    @Post(
            uris = {
                API + "/artifacts/presigned-download-url",
                AJAX + "/artifacts/presigned-download-url",
                API_3 + "/artifacts/presigned-download-url",
                AJAX_3 + "/artifacts/presigned-download-url"
            })
    HttpResponse<byte[]> download(MlflowRequest request) {
        Message message = request.read(DOWNLOAD);
        ArtifactPath below = ArtifactPath.of(message.text("path"));
        Duration validFor = seconds(Objects.requireNonNullElse(message.int64OrNull("expiration"), DOWNLOAD_SECONDS));
        String root = runs.get(message.text("run_id")).info().artifactUri();
        refuseProxied(
                root,
                "Presigned download is not supported for runs with proxied artifact storage (artifact URI scheme: %s)."
                        + " This endpoint requires a run with a direct cloud storage artifact URI.");
        ArtifactPath file = locate(root, "Presigned download").resolve(below.value());
        var signed = transfers.signDownload(file, Download.disposition(file.name()), validFor);
        return Json.ok(Store.ARTIFACTS, TransferJson.presignedUrl(signed));
    }

    private static void refuseProxied(String root, String refusal) {
        String scheme = root.substring(0, Math.max(0, root.indexOf(':')));
        if (PROXIED.contains(scheme)) {
            throw Refusals.refusal(refusal.formatted(scheme));
        }
    }

    /** A store that is not ours is nothing that we could sign for. */
    private ArtifactPath locate(String root, String what) {
        return transfers.offer().locate(root).orElseThrow(() -> unsupported(what));
    }

    private static ProblemException unsupported(String what) {
        return new Problem.Unsupported(what + " is not supported for the current artifact repository").toException();
    }

    private static Duration seconds(long seconds) {
        if (seconds < 1 || seconds > MOST_SECONDS) {
            throw Refusals.refusal(
                    "expiration must be between 1 and " + MOST_SECONDS + " seconds (got " + seconds + ").");
        }
        return Duration.ofSeconds(seconds);
    }
}
