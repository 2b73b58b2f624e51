package dev.fourfold.artifacts.http;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.SignedUrl;
import dev.fourfold.artifacts.TransferOffer;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.artifacts.UploadedParts;
import dev.fourfold.artifacts.client.ArtifactRoutes;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import java.time.Duration;

/** Internal routes to what the store does with clients directly. */
@Controller(ArtifactRoutes.TRANSFERS)
@Requires(property = "fourfold.service.separate", value = "true")
final class TransferController {

    private final TransferOperations transfers;

    TransferController(TransferOperations transfers) {
        this.transfers = transfers;
    }

    @Get
    TransferOffer offer() {
        return transfers.offer();
    }

    @Post(uri = "/begin", consumes = MediaType.ALL)
    PartedUpload begin(@QueryValue String path, @QueryValue int parts) {
        return transfers.begin(ArtifactPath.of(path), parts);
    }

    @Post("/complete")
    @Status(HttpStatus.NO_CONTENT)
    void complete(@QueryValue String path, @QueryValue String uploadId, @Body UploadedParts parts) {
        transfers.complete(ArtifactPath.of(path), uploadId, parts.parts());
    }

    @Post(uri = "/abort", consumes = MediaType.ALL)
    @Status(HttpStatus.NO_CONTENT)
    void abort(@QueryValue String path, @QueryValue String uploadId) {
        transfers.abort(ArtifactPath.of(path), uploadId);
    }

    @Post(uri = "/sign-upload", consumes = MediaType.ALL)
    SignedUrl signUpload(@QueryValue String path, @QueryValue String contentType, @QueryValue long seconds) {
        return transfers.signUpload(ArtifactPath.of(path), contentType, Duration.ofSeconds(seconds));
    }

    @Post(uri = "/sign-download", consumes = MediaType.ALL)
    SignedUrl signDownload(@QueryValue String path, @QueryValue String disposition, @QueryValue long seconds) {
        return transfers.signDownload(ArtifactPath.of(path), disposition, Duration.ofSeconds(seconds));
    }
}
