package dev.fourfold.artifacts.store;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.SignedUrl;
import dev.fourfold.artifacts.UploadedPart;
import java.time.Duration;
import java.util.List;

/**
 * What a client can do with a store by itself, for a while and with one file, once we signed for it. No path is ever the
 * root. Every method but {@link #root()} throws {@code Unavailable("artifact-store")} where the store fails.
 */
public interface DirectTransfers {

    /** The address of the store's root, for example {@code s3://bucket/prefix}. */
    String root();

    /** Begins an upload in parts; {@code InvalidArgument} where no file can be put. */
    PartedUpload begin(ArtifactPath path, int parts);

    /**
     * Makes the file of its parts, in the order of their numbers; once it was done, a repeat does nothing.
     * {@code NotFound} for an unknown upload, {@code InvalidArgument} for parts that the store does not have.
     */
    void complete(ArtifactPath path, String uploadId, List<UploadedPart> parts);

    /** Gives an upload up with the parts that were sent; does nothing for an unknown one. */
    void abort(ArtifactPath path, String uploadId);

    /** Signs the PUT of a whole file of this type; {@code InvalidArgument} where no file can be put. */
    SignedUrl signUpload(ArtifactPath path, String contentType, Duration validFor);

    /** Signs the GET of a file, which is answered with this {@code Content-Disposition}; {@code NotFound} without one. */
    SignedUrl signDownload(ArtifactPath path, String disposition, Duration validFor);
}
