package dev.fourfold.artifacts.s3;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.artifacts.ServesArtifacts;
import dev.fourfold.artifacts.store.ArtifactStore;
import dev.fourfold.artifacts.store.DirectTransfers;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Artifacts in a bucket: an object's key is the prefix and the artifact's path. An object can be seen once it is whole, so
 * that a reader or a crash never meets a part of one.
 */
@Singleton
@ServesArtifacts
@Requires(property = "fourfold.s3.url")
final class S3ArtifactStore implements ArtifactStore {

    private static final Duration STATUS_LIMIT = Duration.ofMillis(900);
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final S3Settings settings;
    private final S3Link link;
    private final S3Bucket bucket;
    private final S3Upload upload;
    private final S3Transfers transfers;

    S3ArtifactStore(S3Settings settings, S3Link link, S3Bucket bucket, S3Upload upload, S3Transfers transfers) {
        this.settings = settings;
        this.link = link;
        this.bucket = bucket;
        this.upload = upload;
        this.transfers = transfers;
    }

    @Override
    public void put(ArtifactPath path, InputStream content, long size) {
        upload.put(path, content, size);
    }

    @Override
    public ArtifactContent get(ArtifactPath path, ByteRange range) {
        String key = bucket.key(path);
        try {
            ResponseInputStream<GetObjectResponse> stream = link.repeating().getObject(ask -> {
                ask.bucket(bucket.name()).key(key);
                range.header().ifPresent(ask::range);
            });
            return content(stream);
        } catch (S3Exception e) {
            if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
                return nothing(path);
            }
            if (!S3Problems.isAbsent(e)) {
                throw S3Problems.of(e);
            }
            if (bucket.isDirectory(path)) {
                throw new Problem.InvalidArgument(path + " is a directory").toException(e);
            }
            throw S3Problems.absent(path);
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    @Override
    public List<ArtifactEntry> list(ArtifactPath path) {
        String below = bucket.below(path);
        var entries = new ArrayList<ArtifactEntry>();
        var ask = ListObjectsV2Request.builder()
                .bucket(bucket.name())
                .prefix(below)
                .delimiter("/")
                .build();
        try {
            for (ListObjectsV2Response page : link.repeating().listObjectsV2Paginator(ask)) {
                for (CommonPrefix directory : page.commonPrefixes()) {
                    String name = directory
                            .prefix()
                            .substring(below.length(), directory.prefix().length() - 1);
                    if (!name.isEmpty()) {
                        entries.add(new ArtifactEntry(name, true, 0));
                    }
                }
                for (S3Object file : page.contents()) {
                    // A key that ends in a slash is what consoles make of a folder.
                    if (!file.key().equals(below)) {
                        entries.add(new ArtifactEntry(file.key().substring(below.length()), false, file.size()));
                    }
                }
            }
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
        entries.sort(Comparator.comparing(ArtifactEntry::name));
        return List.copyOf(entries);
    }

    @Override
    public boolean delete(ArtifactPath path) {
        boolean something = bucket.head(path).isPresent();
        String key = bucket.key(path);
        var ask = ListObjectsV2Request.builder()
                .bucket(bucket.name())
                .prefix(bucket.below(path))
                .build();
        try {
            if (something) {
                link.repeating().deleteObject(that -> that.bucket(bucket.name()).key(key));
            }
            // A page is a thousand keys, which is what one request deletes.
            for (ListObjectsV2Response page : link.repeating().listObjectsV2Paginator(ask)) {
                if (!page.contents().isEmpty()) {
                    deleteAll(page.contents());
                    something = true;
                }
            }
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
        return something;
    }

    @Override
    public Optional<DirectTransfers> transfers() {
        return Optional.of(transfers);
    }

    @Override
    public StoreStatus status() {
        try {
            link.once()
                    .headBucket(ask -> ask.bucket(bucket.name())
                            .overrideConfiguration(limit -> limit.apiCallTimeout(STATUS_LIMIT)));
            return new StoreStatus(S3Problems.PART, "S3", null, settings.toString(), true, null);
        } catch (S3Exception e) {
            String detail = "the bucket answers with status " + e.statusCode();
            return new StoreStatus(S3Problems.PART, "S3", null, settings.toString(), false, detail);
        } catch (SdkException e) {
            return new StoreStatus(
                    S3Problems.PART, "S3", null, settings.toString(), false, "the store does not answer");
        }
    }

    private void deleteAll(List<S3Object> files) {
        List<ObjectIdentifier> keys = files.stream()
                .map(file -> ObjectIdentifier.builder().key(file.key()).build())
                .toList();
        var answer = link.repeating()
                .deleteObjects(ask -> ask.bucket(bucket.name())
                        .delete(all -> all.objects(keys).quiet(true)));
        if (!answer.errors().isEmpty()) {
            var first = answer.errors().getFirst();
            throw S3Exception.builder()
                    .message(answer.errors().size() + " of " + keys.size() + " were not deleted: " + first.code())
                    .build();
        }
    }

    private static ArtifactContent content(ResponseInputStream<GetObjectResponse> stream) {
        var answer = stream.response();
        long length = answer.contentLength();
        long first = 0;
        long size = length;
        String part = answer.contentRange(); // bytes 10-19/200
        if (part != null) {
            first = Long.parseLong(part, "bytes ".length(), part.indexOf('-'), 10);
            size = Long.parseLong(part, part.indexOf('/') + 1, part.length(), 10);
        }
        return new ArtifactContent(new AbortedStream(stream, length), first, length, size, tag(answer.eTag()));
    }

    /** The answer to a range that begins behind the end. */
    private ArtifactContent nothing(ArtifactPath path) {
        var head = bucket.head(path).orElseThrow(() -> S3Problems.absent(path));
        long size = head.contentLength();
        return new ArtifactContent(InputStream.nullInputStream(), size, 0, size, tag(head.eTag()));
    }

    private static String tag(String etag) {
        return etag.replace("\"", "");
    }
}
