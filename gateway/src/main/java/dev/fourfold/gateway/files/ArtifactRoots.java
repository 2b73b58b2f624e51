package dev.fourfold.gateway.files;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.contract.Problem;
import jakarta.inject.Singleton;

/** Where the files of a run lie in our artifact store: reached through us, or at the store's own address. */
@Singleton
public final class ArtifactRoots {

    private static final String S3 = "s3:";
    private static final String PROXIED = "mlflow-artifacts:";

    private final TransferOperations transfers;

    ArtifactRoots(TransferOperations transfers) {
        this.transfers = transfers;
    }

    /** The place of what has this address; {@code Unsupported} where it is not in our store. */
    public ArtifactPath locate(String artifactUri) {
        if (artifactUri.startsWith(S3)) {
            var place = transfers.offer().locate(artifactUri);
            if (place.isPresent()) {
                return place.get();
            }
        }
        if (!artifactUri.startsWith(PROXIED)) {
            throw new Problem.Unsupported("Artifacts at " + artifactUri + " are not kept by this server.")
                    .toException();
        }
        String path = artifactUri.substring(PROXIED.length());
        if (path.startsWith("//")) {
            int slash = path.indexOf('/', 2);
            path = slash < 0 ? "" : path.substring(slash);
        }
        return ArtifactPath.of(path.startsWith("/") ? path.substring(1) : path);
    }
}
