package dev.fourfold.artifacts.s3;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.embedded.Certificates;
import dev.fourfold.embedded.S3Store;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.embedded.TlsFront;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;

/** A real S3 server behind TLS, with a certificate of an authority that Java does not know. */
final class ITS3Tls {

    @TempDir
    Path folder;

    @Test
    void authority_isTrustedWhereItIsConfigured_forTheNameThatItSigned() throws Exception {
        var certificates = Certificates.make(folder.resolve("certificates"), "s3");
        String authority = certificates.authority().toString();
        try (var front = TlsFront.of(certificates, "s3", TemporaryStores.s3().port())) {
            var link = new S3Link(settings("https://127.0.0.1:" + front.port(), authority));
            assertThatCode(() -> link.once().listBuckets()).doesNotThrowAnyException();
            link.close();
            distrusts(settings("https://127.0.0.1:" + front.port(), null), "PKIX");
            distrusts(settings("https://localhost:" + front.port(), authority), "localhost");
        }
    }

    private static void distrusts(S3Settings settings, String why) {
        var link = new S3Link(settings);
        try {
            assertThatThrownBy(() -> link.once().listBuckets())
                    .isInstanceOf(SdkException.class)
                    .hasStackTraceContaining(why);
        } finally {
            link.close();
        }
    }

    private static S3Settings settings(String endpoint, @Nullable String authority) {
        return new S3Settings(
                URI.create("s3://any"),
                URI.create(endpoint),
                null,
                S3Store.REGION,
                null,
                S3Store.ACCESS_KEY,
                TemporaryStores.s3().secretKey(),
                authority,
                Duration.ofSeconds(30));
    }
}
