package dev.fourfold.logs.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.embedded.Certificates;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.embedded.TlsFront;
import dev.fourfold.journal.StoreUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with MongoDB's protocol behind TLS, with a certificate of an authority that Java does not know. */
final class ITMongoTls {

    @TempDir
    Path folder;

    @Test
    void authority_isTrustedWhereItIsConfigured_forTheNameThatItSigned() throws Exception {
        var certificates = Certificates.make(folder.resolve("certificates"), "mongodb");
        String authority = certificates.authority().toString();
        try (var front =
                TlsFront.of(certificates, "mongodb", TemporaryStores.mongo().port())) {
            var link = new MongoLink(configuration("127.0.0.1:" + front.port(), Duration.ofSeconds(10), authority));
            try {
                link.one(link.collection("tls").insertOne(new Document("over", "tls")));
                assertThat(link.all(link.collection("tls").find())).hasSize(1);
            } finally {
                link.close();
            }
            distrusts(configuration("127.0.0.1:" + front.port(), Duration.ofSeconds(2), null), "PKIX");
            distrusts(configuration("localhost:" + front.port(), Duration.ofSeconds(2), authority), "localhost");
        }
    }

    private static void distrusts(MongoConfiguration configuration, String why) {
        var link = new MongoLink(configuration);
        try {
            assertThatThrownBy(() -> link.all(link.collection("tls").find()))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasStackTraceContaining(why);
        } finally {
            link.close();
        }
    }

    private static MongoConfiguration configuration(String host, Duration selection, @Nullable String authority) {
        return new MongoConfiguration(
                "mongodb://" + host + "/?tls=true",
                "tls",
                selection,
                Duration.ofSeconds(10),
                1,
                10,
                Duration.ZERO,
                authority);
    }
}
