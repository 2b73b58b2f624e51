package dev.fourfold.artifacts.s3;

import dev.fourfold.contract.tls.TrustedAuthorities;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The connections to the store; none is made before the first request, so that it may be away at the start. */
@Singleton
@Requires(property = "fourfold.s3.url")
final class S3Link {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);
    private static final Duration POOL_LIMIT = Duration.ofSeconds(5);
    /** The store may put thousands of parts together. */
    private static final Duration COMPLETE_LIMIT = Duration.ofMinutes(5);

    private static final int MOST_CONNECTIONS = 256;

    private final SdkHttpClient http;
    private final S3Client repeating;
    private final S3Client once;
    private final S3Presigner presigner;

    S3Link(S3Settings settings) {
        var client = ApacheHttpClient.builder()
                .connectionTimeout(CONNECT_LIMIT)
                .socketTimeout(SILENCE_LIMIT)
                .connectionAcquisitionTimeout(POOL_LIMIT)
                .maxConnections(MOST_CONNECTIONS)
                .tcpKeepAlive(true);
        TrustedAuthorities.in("fourfold.s3.tls-ca", settings.tlsCa())
                .ifPresent(trusted -> client.tlsTrustManagersProvider(() -> new TrustManager[] {trusted.manager()}));
        this.http = client.build();
        AwsCredentialsProvider credentials = credentials(settings);
        this.repeating = client(settings, credentials)
                .overrideConfiguration(each -> each.apiCallAttemptTimeout(settings.timeout())
                        .apiCallTimeout(settings.timeout().multipliedBy(2)))
                .build();
        this.once = client(settings, credentials)
                .overrideConfiguration(each -> each.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build();
        URI seen = settings.publicEndpoint() == null ? settings.endpoint() : settings.publicEndpoint();
        var signing =
                S3Presigner.builder().credentialsProvider(credentials).serviceConfiguration(configuration(settings));
        region(settings).ifPresent(signing::region);
        if (seen != null) {
            signing.endpointOverride(seen);
        }
        this.presigner = signing.build();
    }

    /** Repeats what failed by chance: for requests whose body, if any, is in memory. */
    S3Client repeating() {
        return repeating;
    }

    /** For the request that makes a file of its parts, instead of the limit of others. */
    static void takesLong(AwsRequestOverrideConfiguration.Builder request) {
        request.apiCallAttemptTimeout(COMPLETE_LIMIT).apiCallTimeout(COMPLETE_LIMIT);
    }

    /** Tries once: for bodies that come from somebody's connection and cannot be read again. */
    S3Client once() {
        return once;
    }

    /** Signs addresses for others. */
    S3Presigner presigner() {
        return presigner;
    }

    @PreDestroy
    void close() {
        presigner.close();
        once.close();
        repeating.close();
        http.close();
    }

    private S3ClientBuilder client(S3Settings settings, AwsCredentialsProvider credentials) {
        var builder = S3Client.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .serviceConfiguration(configuration(settings))
                // Not every store that speaks S3 knows the newer checksums.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        region(settings).ifPresent(builder::region);
        @Nullable URI endpoint = settings.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        return builder;
    }

    private static S3Configuration configuration(S3Settings settings) {
        return S3Configuration.builder()
                .pathStyleAccessEnabled(settings.byPath())
                .build();
    }

    private static Optional<Region> region(S3Settings settings) {
        String region = settings.region();
        if (region != null) {
            return Optional.of(Region.of(region));
        }
        return settings.endpoint() == null ? Optional.empty() : Optional.of(Region.US_EAST_1);
    }

    private static AwsCredentialsProvider credentials(S3Settings settings) {
        String accessKey = settings.accessKey();
        String secretKey = settings.secretKey();
        return accessKey == null || secretKey == null
                ? DefaultCredentialsProvider.create()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey));
    }
}
