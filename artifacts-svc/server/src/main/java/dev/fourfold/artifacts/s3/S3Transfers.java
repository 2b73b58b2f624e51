package dev.fourfold.artifacts.s3;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.SignedUrl;
import dev.fourfold.artifacts.UploadedPart;
import dev.fourfold.artifacts.store.DirectTransfers;
import dev.fourfold.contract.Problem;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Signs addresses of objects and of parts, with the same credentials that we use. */
@Singleton
@Requires(property = "fourfold.s3.url")
final class S3Transfers implements DirectTransfers {

    /** How long a client may take for the parts of one upload. */
    private static final Duration PARTS_LIMIT = Duration.ofHours(12);

    private final S3Settings settings;
    private final S3Link link;
    private final S3Bucket bucket;

    S3Transfers(S3Settings settings, S3Link link, S3Bucket bucket) {
        this.settings = settings;
        this.link = link;
        this.bucket = bucket;
    }

    @Override
    public String root() {
        return settings.root();
    }

    @Override
    public PartedUpload begin(ArtifactPath path, int parts) {
        String key = bucket.key(path);
        bucket.checkFree(path);
        try {
            String uploadId = link.repeating()
                    .createMultipartUpload(ask -> ask.bucket(bucket.name()).key(key))
                    .uploadId();
            var addresses = new ArrayList<String>(parts);
            for (int i = 1; i <= parts; i++) {
                int number = i;
                addresses.add(link.presigner()
                        .presignUploadPart(sign -> sign.signatureDuration(PARTS_LIMIT)
                                .uploadPartRequest(ask -> ask.bucket(bucket.name())
                                        .key(key)
                                        .uploadId(uploadId)
                                        .partNumber(number)))
                        .url()
                        .toString());
            }
            return new PartedUpload(uploadId, addresses);
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    @Override
    public void complete(ArtifactPath path, String uploadId, List<UploadedPart> parts) {
        String key = bucket.key(path);
        List<UploadedPart> sorted = parts.stream()
                .sorted(Comparator.comparingInt(UploadedPart::number))
                .toList();
        List<CompletedPart> completed = sorted.stream()
                .map(part -> CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(part.tag())
                        .build())
                .toList();
        try {
            link.repeating()
                    .completeMultipartUpload(ask -> ask.overrideConfiguration(S3Link::takesLong)
                            .bucket(bucket.name())
                            .key(key)
                            .uploadId(uploadId)
                            .multipartUpload(all -> all.parts(completed)));
        } catch (S3Exception e) {
            if (!isUnknown(e)) {
                throw S3Problems.of(e);
            }
            if (!isMadeOf(path, sorted)) {
                throw new Problem.NotFound("There is no upload of that id for " + path).toException(e);
            }
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    @Override
    public void abort(ArtifactPath path, String uploadId) {
        String key = bucket.key(path);
        try {
            link.repeating()
                    .abortMultipartUpload(
                            ask -> ask.bucket(bucket.name()).key(key).uploadId(uploadId));
        } catch (S3Exception e) {
            if (!isUnknown(e)) {
                throw S3Problems.of(e);
            }
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    @Override
    public SignedUrl signUpload(ArtifactPath path, String contentType, Duration validFor) {
        String key = bucket.key(path);
        bucket.checkFree(path);
        try {
            var signed = link.presigner()
                    .presignPutObject(sign -> sign.signatureDuration(validFor)
                            .putObjectRequest(
                                    ask -> ask.bucket(bucket.name()).key(key).contentType(contentType)));
            return new SignedUrl(signed.url().toString(), Map.of("Content-Type", contentType), null);
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    @Override
    public SignedUrl signDownload(ArtifactPath path, String disposition, Duration validFor) {
        String key = bucket.key(path);
        var head = bucket.head(path).orElseThrow(() -> S3Problems.absent(path));
        try {
            var signed = link.presigner()
                    .presignGetObject(sign -> sign.signatureDuration(validFor)
                            .getObjectRequest(
                                    ask -> ask.bucket(bucket.name()).key(key).responseContentDisposition(disposition)));
            return new SignedUrl(signed.url().toString(), Map.of(), head.contentLength());
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    private static boolean isUnknown(S3Exception e) {
        return "NoSuchUpload".equals(S3Problems.code(e));
    }

    /** Whether the file that is there came of these very parts: then the upload was completed before. */
    private boolean isMadeOf(ArtifactPath path, List<UploadedPart> parts) {
        return tagOf(parts).isPresent()
                && bucket.head(path).map(head -> head.eTag().replace("\"", "")).equals(tagOf(parts));
    }

    /** What S3 calls a file of these parts: the digest of their digests, and their number. */
    private static Optional<String> tagOf(List<UploadedPart> parts) {
        try {
            var digest = MessageDigest.getInstance("MD5");
            for (UploadedPart part : parts) {
                digest.update(HexFormat.of().parseHex(part.tag().replace("\"", "")));
            }
            return Optional.of(HexFormat.of().formatHex(digest.digest()) + "-" + parts.size());
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Encrypted by a key of one's own, a part's tag is no digest.
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has MD5", e);
        }
    }
}
