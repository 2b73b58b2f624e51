package dev.fourfold.artifacts.client;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.SignedUrl;
import dev.fourfold.artifacts.TransferOffer;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.artifacts.UploadedPart;
import dev.fourfold.artifacts.UploadedParts;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;

/** The transfer operations of an artifacts-svc in another process. */
@Singleton
@Requires(property = ArtifactHttp.URL)
final class TransferClient implements TransferOperations {

    private static final Duration OFFER_LIMIT = Duration.ofSeconds(2);

    /** The store may copy all parts together. */
    private static final Duration COMPLETE_LIMIT = Duration.ofMinutes(5);

    private final ArtifactHttp http;

    TransferClient(ArtifactHttp http) {
        this.http = http;
    }

    @Override
    public TransferOffer offer() {
        var request =
                http.request(ArtifactRoutes.TRANSFERS).timeout(OFFER_LIMIT).GET();
        return http.read(http.send(request.build()), TransferOffer.class);
    }

    @Override
    public PartedUpload begin(ArtifactPath path, int parts) {
        var request = post("/begin", path, "&parts=" + parts, BodyPublishers.noBody());
        return http.read(http.send(request.build()), PartedUpload.class);
    }

    @Override
    public void complete(ArtifactPath path, String uploadId, List<UploadedPart> parts) {
        var request = post("/complete", path, upload(uploadId), http.written(new UploadedParts(parts)))
                .timeout(COMPLETE_LIMIT)
                .header("Content-Type", "application/json");
        http.close(http.send(request.build()));
    }

    @Override
    public void abort(ArtifactPath path, String uploadId) {
        http.close(http.send(
                post("/abort", path, upload(uploadId), BodyPublishers.noBody()).build()));
    }

    @Override
    public SignedUrl signUpload(ArtifactPath path, String contentType, Duration validFor) {
        return signed("/sign-upload", path, "&contentType=" + ArtifactHttp.encoded(contentType), validFor);
    }

    @Override
    public SignedUrl signDownload(ArtifactPath path, String disposition, Duration validFor) {
        return signed("/sign-download", path, "&disposition=" + ArtifactHttp.encoded(disposition), validFor);
    }

    private SignedUrl signed(String route, ArtifactPath path, String more, Duration validFor) {
        var request = post(route, path, more + "&seconds=" + validFor.toSeconds(), BodyPublishers.noBody());
        return http.read(http.send(request.build()), SignedUrl.class);
    }

    private HttpRequest.Builder post(String route, ArtifactPath path, String more, HttpRequest.BodyPublisher body) {
        return http.request(ArtifactRoutes.TRANSFERS + route + "?path=" + ArtifactHttp.encoded(path.value()) + more)
                .timeout(ArtifactHttp.ANSWER_LIMIT)
                .POST(body);
    }

    private static String upload(String uploadId) {
        return "&uploadId=" + ArtifactHttp.encoded(uploadId);
    }
}
