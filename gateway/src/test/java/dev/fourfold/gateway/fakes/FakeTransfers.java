package dev.fourfold.gateway.fakes;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.SignedUrl;
import dev.fourfold.artifacts.TransferOffer;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.artifacts.UploadedPart;
import dev.fourfold.contract.Problem;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Signs nothing real, and remembers what it was asked for; it can be a store that offers none of this, or be away. */
@Singleton
public final class FakeTransfers implements TransferOperations {

    private final List<String> calls = new ArrayList<>();
    private boolean direct;
    private boolean away;

    /** What was asked for since the last time. */
    public List<String> calls() {
        var all = List.copyOf(calls);
        calls.clear();
        return all;
    }

    /** What it is from now on: a store with addresses of its own, {@code s3://ours/root}, or without. */
    public void direct(boolean now) {
        direct = now;
    }

    /** Whether it cannot be asked. */
    public void away(boolean now) {
        away = now;
    }

    @Override
    public TransferOffer offer() {
        if (away) {
            throw new Problem.Unavailable("artifacts-svc", "away", Duration.ofSeconds(1)).toException();
        }
        return direct ? new TransferOffer(true, "s3://ours/root") : TransferOffer.NONE;
    }

    @Override
    public PartedUpload begin(ArtifactPath path, int parts) {
        calls.add("begin " + path + " " + parts);
        return new PartedUpload(
                "id",
                IntStream.rangeClosed(1, parts)
                        .mapToObj(part -> "http://s3/" + part)
                        .toList());
    }

    @Override
    public void complete(ArtifactPath path, String uploadId, List<UploadedPart> parts) {
        calls.add("complete " + path + " " + uploadId + " " + parts);
    }

    @Override
    public void abort(ArtifactPath path, String uploadId) {
        calls.add("abort " + path + " " + uploadId);
    }

    @Override
    public SignedUrl signUpload(ArtifactPath path, String contentType, Duration validFor) {
        calls.add("upload " + path + " " + contentType + " " + validFor);
        return new SignedUrl("http://s3/put", Map.of("Content-Type", contentType), null);
    }

    @Override
    public SignedUrl signDownload(ArtifactPath path, String disposition, Duration validFor) {
        calls.add("download " + path + " " + disposition + " " + validFor);
        return new SignedUrl("http://s3/get", Map.of(), 5L);
    }
}
