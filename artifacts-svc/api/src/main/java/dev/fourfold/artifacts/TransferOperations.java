package dev.fourfold.artifacts;

import java.time.Duration;
import java.util.List;

/**
 * Transfers between a client and the artifact store itself, past every process of ours. An S3 store offers them; a
 * directory cannot, and all but {@link #offer()} are {@code Unsupported} there.
 */
public interface TransferOperations {

    /** What the store offers now. */
    TransferOffer offer();

    /**
     * Begins an upload in parts and signs the address of each. Nothing of it can be seen before it is completed.
     * {@code InvalidArgument} where no file can be put at the path, or for a number of parts outside 1 to 10,000.
     */
    PartedUpload begin(ArtifactPath path, int parts);

    /**
     * Makes the file of its parts, at once for every reader. A repeat changes nothing. {@code NotFound} for an upload
     * that was never begun or was aborted, {@code InvalidArgument} for parts that the store does not have.
     */
    void complete(ArtifactPath path, String uploadId, List<UploadedPart> parts);

    /** Gives an upload up; one that is unknown counts as given up. */
    void abort(ArtifactPath path, String uploadId);

    /** Signs an address that takes one PUT of a whole file, to be sent with the headers given. */
    SignedUrl signUpload(ArtifactPath path, String contentType, Duration validFor);

    /**
     * Signs an address that a file can be read at; {@code NotFound} where there is none.
     *
     * @param disposition the header {@code Content-Disposition} that the store shall answer with
     */
    SignedUrl signDownload(ArtifactPath path, String disposition, Duration validFor);
}
