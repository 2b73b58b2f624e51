package dev.fourfold.artifacts.s3;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Puts content of any size into an object, in constant memory. A small one is held, so that it can be sent again; a larger
 * one goes straight through; a very large one goes straight through part by part. Only where the size is not known must
 * the parts be held, and then a few at a time in the whole process.
 */
@Singleton
@Requires(property = "fourfold.s3.url")
final class S3Upload {

    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

    private static final int SMALL = 256 * 1024;
    private static final long LARGEST_STREAM = 512L << 20;
    private static final int MOST_PARTS = 10_000;
    private static final int MOST_TRIES = 20;
    private static final int HELD_PART = 8 << 20;
    private static final int MOST_HELD = 8;
    private static final Duration HELD_LIMIT = Duration.ofSeconds(10);

    private final S3Bucket bucket;
    private final S3Link link;
    private final Semaphore held = new Semaphore(MOST_HELD, true);

    S3Upload(S3Bucket bucket, S3Link link) {
        this.bucket = bucket;
        this.link = link;
    }

    /** As {@link dev.fourfold.artifacts.store.ArtifactStore#put}. */
    void put(ArtifactPath path, InputStream content, long size) {
        String key = bucket.key(path);
        bucket.checkFree(path);
        var source = new UploadSource(content, size);
        try {
            if (size < 0) {
                putUnknown(key, source);
            } else if (size <= SMALL) {
                putBytes(key, source.all());
            } else if (size <= LARGEST_STREAM) {
                link.once()
                        .putObject(
                                ask -> ask.bucket(bucket.name()).key(key),
                                RequestBody.fromInputStream(source.next(size), size));
            } else {
                putStreamedParts(key, source, size);
            }
        } catch (SdkException e) {
            ProblemException problem = source.problem();
            throw problem == null ? S3Problems.of(e) : problem;
        }
    }

    private void putBytes(String key, byte[] bytes) {
        for (int tries = 1; ; tries++) {
            try {
                link.repeating().putObject(ask -> ask.bucket(bucket.name()).key(key), RequestBody.fromBytes(bytes));
                return;
            } catch (S3Exception e) {
                if (tries == MOST_TRIES || !S3Problems.isInTheWay(e)) {
                    throw e;
                }
            }
        }
    }

    private void putStreamedParts(String key, UploadSource source, long size) {
        long most = Math.max(LARGEST_STREAM, Math.ceilDiv(size, MOST_PARTS));
        inParts(key, (uploadId, parts) -> {
            for (long sent = 0; sent < size; sent += most) {
                long length = Math.min(most, size - sent);
                int number = parts.size() + 1;
                var answer = link.once()
                        .uploadPart(
                                ask -> ask.bucket(bucket.name())
                                        .key(key)
                                        .uploadId(uploadId)
                                        .partNumber(number),
                                RequestBody.fromInputStream(source.next(length), length));
                parts.add(part(number, answer.eTag()));
            }
        });
    }

    private void putUnknown(String key, UploadSource source) {
        var beginning = new byte[SMALL];
        int filled = source.fill(beginning, 0);
        if (filled < beginning.length) {
            putBytes(key, Arrays.copyOf(beginning, filled));
            return;
        }
        acquire();
        try {
            var buffer = Arrays.copyOf(beginning, HELD_PART);
            int first = source.fill(buffer, filled);
            if (first < buffer.length) {
                putBytes(key, Arrays.copyOf(buffer, first));
            } else {
                putHeldParts(key, source, buffer);
            }
        } finally {
            held.release();
        }
    }

    private void putHeldParts(String key, UploadSource source, byte[] full) {
        inParts(key, (uploadId, parts) -> {
            for (int filled = full.length; filled > 0; filled = source.fill(full, 0)) {
                int number = parts.size() + 1;
                if (number > MOST_PARTS) {
                    throw new Problem.InvalidArgument("So large a content must announce its size").toException();
                }
                var bytes = ByteBuffer.wrap(full, 0, filled);
                var answer = link.repeating()
                        .uploadPart(
                                ask -> ask.bucket(bucket.name())
                                        .key(key)
                                        .uploadId(uploadId)
                                        .partNumber(number),
                                RequestBody.fromRemainingByteBuffer(bytes));
                parts.add(part(number, answer.eTag()));
            }
        });
    }

    /** Sends the parts of one upload. */
    private interface Sending {
        void all(String uploadId, List<CompletedPart> parts);
    }

    /** Nothing can be seen before the last step, and what fails midway is thrown away. */
    private void inParts(String key, Sending sending) {
        String uploadId = link.repeating()
                .createMultipartUpload(ask -> ask.bucket(bucket.name()).key(key))
                .uploadId();
        boolean complete = false;
        try {
            var parts = new ArrayList<CompletedPart>();
            sending.all(uploadId, parts);
            link.repeating()
                    .completeMultipartUpload(ask -> ask.overrideConfiguration(S3Link::takesLong)
                            .bucket(bucket.name())
                            .key(key)
                            .uploadId(uploadId)
                            .multipartUpload(all -> all.parts(parts)));
            complete = true;
        } finally {
            if (!complete) {
                abort(key, uploadId);
            }
        }
    }

    private void abort(String key, String uploadId) {
        try {
            link.repeating()
                    .abortMultipartUpload(
                            ask -> ask.bucket(bucket.name()).key(key).uploadId(uploadId));
        } catch (SdkException e) {
            LOG.warn(
                    "store={} key={} parts of a broken upload are left to the bucket's lifecycle",
                    S3Problems.PART,
                    key,
                    e);
        }
    }

    private void acquire() {
        try {
            if (!held.tryAcquire(HELD_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Problem.Unavailable(
                                S3Problems.PART, "Too many uploads of unknown size are under way", HELD_LIMIT)
                        .toException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.Unavailable(S3Problems.PART, "The upload was not waited for", HELD_LIMIT).toException(e);
        }
    }

    private static CompletedPart part(int number, String etag) {
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }
}
