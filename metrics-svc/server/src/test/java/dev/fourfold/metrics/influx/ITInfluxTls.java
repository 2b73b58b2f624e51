package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.embedded.Certificates;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.embedded.TlsFront;
import dev.fourfold.journal.StoreUnavailableException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real InfluxDB behind TLS, with a certificate of an authority that Java does not know. */
final class ITInfluxTls {

    @TempDir
    Path folder;

    @Test
    void authority_isTrustedWhereItIsConfigured_forTheNameThatItSigned() throws Exception {
        var certificates = Certificates.make(folder.resolve("certificates"), "influxdb");
        String authority = certificates.authority().toString();
        try (var front =
                TlsFront.of(certificates, "influxdb", TemporaryStores.influx().port())) {
            var trusting = configuration("https://127.0.0.1:" + front.port(), authority);
            try (var reader = new InfluxReader(trusting, () -> {});
                    var writer = new InfluxWriter(trusting, () -> {})) {
                var policies = new Policies(trusting, List.of(), InstantSource.system());
                new InfluxSchema(trusting, policies, new InfluxBuckets(trusting, writer.client())).ensure(reader);
                assertThat(writer.write(List.of(new AnyLine("tls v=1 1")))).isNull();
                var read = new ArrayList<String>();
                reader.query(new InfluxQuery().add((columns, values) -> read.add(values[1]), "SELECT v FROM tls"));
                assertThat(read).hasSize(1);
            }
            distrusts(configuration("https://127.0.0.1:" + front.port(), null), "PKIX");
            distrusts(configuration("https://localhost:" + front.port(), authority), "localhost");
        }
    }

    private static void distrusts(InfluxConfiguration configuration, String why) {
        try (var reader = new InfluxReader(configuration, () -> {});
                var writer = new InfluxWriter(configuration, () -> {})) {
            assertThatThrownBy(reader::version)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasStackTraceContaining(why);
            assertThatThrownBy(() -> writer.write(List.of(new AnyLine("tls v=1 1"))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasStackTraceContaining(why);
        }
    }

    private static InfluxConfiguration configuration(String url, @Nullable String authority) {
        var server = TemporaryStores.influx();
        return Influx.configuration(url, "tls", 4_000, server.user(), server.password(), authority);
    }
}
