package dev.fourfold.artifacts.s3;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The bucket as paths see it: which key is a path's, and what is there. */
@Singleton
@Requires(property = "fourfold.s3.url")
final class S3Bucket {

    /** What S3 takes, in bytes of UTF-8. */
    private static final int LONGEST_KEY = 1024;

    private final S3Settings settings;
    private final S3Link link;

    S3Bucket(S3Settings settings, S3Link link) {
        this.settings = settings;
        this.link = link;
    }

    String name() {
        return settings.bucket();
    }

    /** The key of a file. */
    String key(ArtifactPath path) {
        String key = settings.prefix() + path.value();
        if (key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
            throw new Problem.InvalidArgument("The path is too long for this artifact store").toException();
        }
        return key;
    }

    /** What every key below a directory begins with. */
    String below(ArtifactPath path) {
        return path.isRoot() ? settings.prefix() : key(path) + "/";
    }

    /** What the store tells of a file; empty where there is none. */
    Optional<HeadObjectResponse> head(ArtifactPath path) {
        String key = key(path);
        try {
            return Optional.of(
                    link.repeating().headObject(ask -> ask.bucket(name()).key(key)));
        } catch (S3Exception e) {
            if (S3Problems.isAbsent(e)) {
                return Optional.empty();
            }
            throw S3Problems.of(e);
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    /** Whether a file is below the path. */
    boolean isDirectory(ArtifactPath path) {
        String below = below(path);
        try {
            return !link.repeating()
                    .listObjectsV2(ask -> ask.bucket(name()).prefix(below).maxKeys(1))
                    .contents()
                    .isEmpty();
        } catch (SdkException e) {
            throw S3Problems.of(e);
        }
    }

    /**
     * Refuses a file where a directory is, and one below a file: S3 could hold both, a client's disk cannot. Who looks
     * at the same moment as another puts may miss it.
     */
    void checkFree(ArtifactPath path) {
        if (isDirectory(path)) {
            throw new Problem.InvalidArgument(path + " is a directory").toException();
        }
        // A directory that holds something was looked at when that was put.
        for (ArtifactPath above = parentOf(path); !above.isRoot() && !isDirectory(above); above = parentOf(above)) {
            if (head(above).isPresent()) {
                throw new Problem.InvalidArgument("A file is in the way of " + path).toException();
            }
        }
    }

    private static ArtifactPath parentOf(ArtifactPath path) {
        int slash = path.value().lastIndexOf('/');
        return slash < 0 ? ArtifactPath.ROOT : new ArtifactPath(path.value().substring(0, slash));
    }
}
