package dev.fourfold.artifacts.s3;

import dev.fourfold.embedded.S3Store;
import dev.fourfold.embedded.TemporaryStores;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Buckets of a real S3-compatible server. */
public final class TestBucket {

    private TestBucket() {}

    /** The settings of a new bucket, and of a prefix in it. */
    public static Map<String, Object> settings() {
        S3Store store = TemporaryStores.s3();
        String bucket = "test-" + UUID.randomUUID();
        var settings = new LinkedHashMap<String, Object>();
        settings.put("fourfold.s3.url", "s3://" + bucket + "/some/prefix");
        settings.put("fourfold.s3.endpoint", store.url());
        settings.put("fourfold.s3.access-key", S3Store.ACCESS_KEY);
        settings.put("fourfold.s3.secret-key", store.secretKey());
        var link = new S3Link(settings("s3://" + bucket));
        try {
            link.repeating().createBucket(ask -> ask.bucket(bucket));
        } finally {
            link.close();
        }
        return settings;
    }

    /** Settings for any address at that server. */
    static S3Settings settings(String url) {
        S3Store store = TemporaryStores.s3();
        return new S3Settings(
                URI.create(url),
                URI.create(store.url()),
                null,
                S3Store.REGION,
                null,
                S3Store.ACCESS_KEY,
                store.secretKey(),
                null,
                Duration.ofSeconds(30));
    }
}
