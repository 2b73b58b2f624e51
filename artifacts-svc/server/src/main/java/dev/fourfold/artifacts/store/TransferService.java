package dev.fourfold.artifacts.store;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.ServesArtifacts;
import dev.fourfold.artifacts.SignedUrl;
import dev.fourfold.artifacts.TransferOffer;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.artifacts.UploadedPart;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/** The transfer operations in the process that holds the store; absent where the service's address is given. */
@Singleton
@ServesArtifacts
final class TransferService implements TransferOperations {

    private static final int MOST_PARTS = 10_000;
    private static final int LONGEST_NAME = 1024;
    private static final Duration LONGEST = Duration.ofDays(7);

    private final ArtifactStore store;

    TransferService(ArtifactStore store) {
        this.store = store;
    }

    @Override
    public TransferOffer offer() {
        return store.transfers()
                .map(transfers -> new TransferOffer(true, transfers.root()))
                .orElse(TransferOffer.NONE);
    }

    @Override
    public PartedUpload begin(ArtifactPath path, int parts) {
        if (parts < 1 || parts > MOST_PARTS) {
            throw invalid("An upload has from 1 to " + MOST_PARTS + " parts, not " + parts);
        }
        return transfers(path).begin(path, parts);
    }

    @Override
    public void complete(ArtifactPath path, String uploadId, List<UploadedPart> parts) {
        checkId(uploadId);
        if (parts.isEmpty()) {
            throw invalid("An upload without parts cannot be completed");
        }
        var numbers = new HashSet<Integer>();
        for (UploadedPart part : parts) {
            if (part.number() < 1 || part.number() > MOST_PARTS || !numbers.add(part.number())) {
                throw invalid("Part numbers run from 1 to " + MOST_PARTS + ", each once; " + part.number()
                        + " is none or is there twice");
            }
            if (part.tag().isBlank() || part.tag().length() > LONGEST_NAME) {
                throw invalid("Part " + part.number() + " has no ETag");
            }
        }
        transfers(path).complete(path, uploadId, parts);
    }

    @Override
    public void abort(ArtifactPath path, String uploadId) {
        checkId(uploadId);
        transfers(path).abort(path, uploadId);
    }

    @Override
    public SignedUrl signUpload(ArtifactPath path, String contentType, Duration validFor) {
        checkDuration(validFor);
        return transfers(path).signUpload(path, contentType, validFor);
    }

    @Override
    public SignedUrl signDownload(ArtifactPath path, String disposition, Duration validFor) {
        checkDuration(validFor);
        return transfers(path).signDownload(path, disposition, validFor);
    }

    private DirectTransfers transfers(ArtifactPath path) {
        if (path.isRoot()) {
            throw invalid("A file needs a name");
        }
        return store.transfers()
                .orElseThrow(() -> new Problem.Unsupported("This artifact store is reached through the server alone")
                        .toException());
    }

    private static void checkId(String uploadId) {
        if (uploadId.isBlank() || uploadId.length() > LONGEST_NAME) {
            throw invalid("That is no upload's id");
        }
    }

    private static void checkDuration(Duration validFor) {
        if (validFor.compareTo(Duration.ofSeconds(1)) < 0 || validFor.compareTo(LONGEST) > 0) {
            throw invalid("An address is signed for 1 second to " + LONGEST.toDays() + " days");
        }
    }

    private static ProblemException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
