package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.TransferOperations;
import jakarta.inject.Singleton;

/** Where the files of a run lie in our artifact store: reached through us, or at the store's own address. */
@Singleton
final class ArtifactRoots {

    private static final String S3 = "s3:";

    private final TransferOperations transfers;

    ArtifactRoots(TransferOperations transfers) {
        this.transfers = transfers;
    }

    /** The place of what has this address; {@code Unsupported} where it is not in our store. */
    ArtifactPath locate(String artifactUri) {
        if (artifactUri.startsWith(S3)) {
            var place = transfers.offer().locate(artifactUri);
            if (place.isPresent()) {
                return place.get();
            }
        }
        return ArtifactPaths.rootOf(artifactUri);
    }
}
