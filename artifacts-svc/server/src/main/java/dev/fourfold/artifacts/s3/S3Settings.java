package dev.fourfold.artifacts.s3;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.ProblemException;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which bucket holds the artifacts, and how it is reached.
 *
 * @param url {@code s3://bucket} or {@code s3://bucket/prefix}; with it, artifacts are not kept in a directory
 * @param endpoint of a store that is not Amazon's
 * @param publicEndpoint where clients reach that store, if elsewhere: signed addresses name it
 * @param region that requests are signed for; where absent, {@code us-east-1} with an endpoint, else what the SDK finds
 * @param pathStyle whether the bucket is named in the path; where absent, yes with an endpoint and no without
 * @param accessKey with its secret key; where absent, the SDK looks in its usual places
 * @param tlsCa with an endpoint in {@code https}: a file in PEM, who signs its certificate; where absent, those that Java
 *     trusts
 * @param timeout how long one try of a request may take whose size is known; all tries together take twice as long at most
 */
@ConfigurationProperties("fourfold.s3")
@Requires(property = "fourfold.s3.url")
public record S3Settings(
        URI url,
        @Nullable URI endpoint,
        @Nullable URI publicEndpoint,
        @Nullable String region,
        @Nullable Boolean pathStyle,
        @Nullable String accessKey,
        @Nullable String secretKey,
        @Nullable String tlsCa,
        @Bindable(defaultValue = "30s") Duration timeout) {

    /** Refuses what names no bucket. */
    public S3Settings {
        if (!"s3".equals(url.getScheme())
                || url.getRawAuthority() == null
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException("fourfold.s3.url is s3://bucket or s3://bucket/prefix, not " + url);
        }
        if ((accessKey == null) != (secretKey == null)) {
            throw new IllegalArgumentException("fourfold.s3.access-key and fourfold.s3.secret-key go together");
        }
    }

    /** The bucket's name. */
    String bucket() {
        return url.getRawAuthority();
    }

    /** What every key begins with: empty, or ending in a slash. */
    String prefix() {
        String path = url.getPath().replaceFirst("^/", "").replaceFirst("/$", "");
        try {
            return path.isEmpty() ? "" : ArtifactPath.of(path) + "/";
        } catch (ProblemException e) {
            throw new IllegalArgumentException("fourfold.s3.url has a prefix that no artifact could have: " + url, e);
        }
    }

    /** The address without a slash at its end. */
    String root() {
        String prefix = prefix();
        return "s3://" + bucket() + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
    }

    /** Whether the bucket is named in the path rather than in the host. */
    boolean byPath() {
        return pathStyle == null ? endpoint != null : pathStyle;
    }

    @Override
    public String toString() {
        return root() + (endpoint == null ? "" : " at " + endpoint);
    }
}
