package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.embedded.Certificates;
import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.embedded.Ports;
import dev.fourfold.embedded.PostgresSettings;
import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.embedded.RedisSettings;
import dev.fourfold.embedded.RedisStore;
import dev.fourfold.embedded.S3Store;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.embedded.TlsFront;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The public port and the way to every store over TLS, with certificates of an authority that nobody knows. */
final class ITTls {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Certificates certificates;
    private static PostgresStore postgres;
    private static RedisStore redis;
    private static int redisPort;

    @BeforeAll
    static void start() throws Exception {
        certificates = Certificates.make(folder.resolve("certificates"), "door", "renewed", "store");
        postgres = PostgresStore.start(PostgresSettings.in(folder.resolve("postgresql"), 0)
                .with(Map.of(
                        "ssl", "on",
                        "ssl_cert_file", certificates.certificate("store").toString(),
                        "ssl_key_file", certificates.key("store").toString())));
        redisPort = Ports.claim("redis", 0);
        redis = RedisStore.start(RedisSettings.in(folder.resolve("redis"), 0)
                .with(Map.of(
                        "tls-port", Integer.toString(redisPort),
                        "tls-auth-clients", "no",
                        "tls-cert-file", certificates.certificate("store").toString(),
                        "tls-key-file", certificates.key("store").toString(),
                        "tls-ca-cert-file", certificates.authority().toString())));
    }

    @AfterAll
    static void stop() {
        redis.close();
        postgres.close();
    }

    @Test
    void everyWay_overTls_passesTheSuiteWithAClientThatTrustsTheAuthority() throws Exception {
        var influx = TemporaryStores.influx();
        S3Store s3 = TemporaryStores.s3();
        String bucket = "tls-" + UUID.randomUUID();
        make(bucket, s3);
        String authority = certificates.authority().toString();
        try (var influxFront = TlsFront.of(certificates, "store", influx.port());
                var mongoFront = TlsFront.of(
                        certificates, "store", TemporaryStores.mongo().port());
                var s3Front = TlsFront.of(certificates, "store", s3.port())) {
            var settings = Map.ofEntries(
                    Map.entry(
                            "FOURFOLD_POSTGRES_URL",
                            postgres.url() + "?sslmode=verify-full&sslrootcert=" + certificates.authority()),
                    Map.entry("FOURFOLD_POSTGRES_USERNAME", postgres.user()),
                    Map.entry("FOURFOLD_POSTGRES_PASSWORD", postgres.password()),
                    Map.entry("FOURFOLD_INFLUX_URL", "https://127.0.0.1:" + influxFront.port()),
                    Map.entry("FOURFOLD_INFLUX_USERNAME", influx.user()),
                    Map.entry("FOURFOLD_INFLUX_PASSWORD", influx.password()),
                    Map.entry("FOURFOLD_INFLUX_TLS_CA", authority),
                    Map.entry("FOURFOLD_MONGO_URL", "mongodb://127.0.0.1:" + mongoFront.port() + "/?tls=true"),
                    Map.entry("FOURFOLD_MONGO_TLS_CA", authority),
                    Map.entry("FOURFOLD_REDIS_URL", "rediss://:" + redis.password() + "@127.0.0.1:" + redisPort),
                    Map.entry("FOURFOLD_REDIS_TLS_CA", authority),
                    Map.entry("FOURFOLD_S3_URL", "s3://" + bucket),
                    Map.entry("FOURFOLD_S3_ENDPOINT", "https://127.0.0.1:" + s3Front.port()),
                    Map.entry("FOURFOLD_S3_ACCESS_KEY", S3Store.ACCESS_KEY),
                    Map.entry("FOURFOLD_S3_SECRET_KEY", s3.secretKey()),
                    Map.entry("FOURFOLD_S3_TLS_CA", authority));
            try (var platform = LaunchedPlatform.up(
                    with(settings, "door"),
                    folder.resolve("separate"),
                    "--port",
                    "0",
                    "--separate",
                    "--service-ports",
                    "0")) {
                assertThat(platform.url()).startsWith("https://");
                assertThat(overTls("metadata-svc")).isPositive();
                assertThat(plain("metadata-svc")).isZero();
                PythonProgram.named("tls")
                        .with(Map.of(
                                "FOURFOLD_URL",
                                platform.url(),
                                "REQUESTS_CA_BUNDLE",
                                authority,
                                "SSL_CERT_FILE",
                                authority,
                                "E2E_STORE",
                                "s3"))
                        .module("pytest", "-q", "-p", "no:cacheprovider", "--color=no", "test_runs.py", "test_logs.py")
                        .succeeds();
            }
        }
    }

    @Test
    void certificateThatIsReplaced_isShownSoon_andPlainHttpGetsNothing_butTheSeriesOfRequests() throws Exception {
        var files = Files.createDirectories(folder.resolve("renewing"));
        put("door", files);
        int management = Ports.claim("management", 0);
        var settings = Map.of(
                "FOURFOLD_TLS_CERTIFICATE", files.resolve("tls.crt").toString(),
                "FOURFOLD_TLS_KEY", files.resolve("tls.key").toString(),
                "FOURFOLD_TLS_RELOAD", "500ms",
                "FOURFOLD_GATEWAY_MANAGEMENT", "true",
                "FOURFOLD_GATEWAY_MANAGEMENT_PORT", Integer.toString(management));
        try (var platform = LaunchedPlatform.up(settings, folder.resolve("one-jvm"), "--port", "0")) {
            var url = URI.create(platform.url());
            assertThat(shownBy(url)).isEqualTo("CN=door");
            var http = URI.create("http://127.0.0.1:" + url.getPort() + "/version");
            assertThatThrownBy(() -> LaunchedPlatform.send(java.net.http.HttpRequest.newBuilder(http)))
                    .isInstanceOf(IOException.class);
            put("renewed", files);
            var limit = Instant.now().plus(LIMIT);
            while (!shownBy(url).equals("CN=renewed")) {
                assertThat(Instant.now()).isBefore(limit);
            }
            assertThat(statusLine(url, "/version")).isEqualTo("HTTP/1.1 200 OK");
            var metrics = URI.create("http://127.0.0.1:" + management + "/prometheus");
            for (String route : List.of("/version\",url_scheme=\"https\"", "/prometheus\",url_scheme=\"http\"")) {
                while (!LaunchedPlatform.send(java.net.http.HttpRequest.newBuilder(metrics))
                        .body()
                        .contains("http_route=\"" + route)) {
                    assertThat(Instant.now()).as(route).isBefore(limit);
                }
            }
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String certificate) {
        var all = new HashMap<>(settings);
        all.put(
                "FOURFOLD_TLS_CERTIFICATE",
                certificates.certificate(certificate).toString());
        all.put("FOURFOLD_TLS_KEY", certificates.key(certificate).toString());
        return all;
    }

    /** As a cluster does it: each file is replaced at once. */
    private static void put(String name, Path files) throws IOException {
        replace(certificates.key(name), files.resolve("tls.key"));
        replace(certificates.certificate(name), files.resolve("tls.crt"));
    }

    private static void replace(Path source, Path target) throws IOException {
        Path beside = Files.copy(source, target.resolveSibling("beside"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** To a client that takes any certificate. */
    private static SSLSocket socket(URI url) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anything()}, null);
        return (SSLSocket) context.getSocketFactory().createSocket(EmbeddedStore.HOST, url.getPort());
    }

    private static String statusLine(URI url, String path) throws Exception {
        try (var socket = socket(url)) {
            var request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Whose certificate is shown. */
    private static String shownBy(URI url) throws Exception {
        try (var socket = socket(url)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    private static long overTls(String program) throws Exception {
        return connections(program, true);
    }

    private static long plain(String program) throws Exception {
        return connections(program, false);
    }

    private static long connections(String program, boolean tls) throws Exception {
        try (var connection = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
                var question = connection.prepareStatement("""
                        SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                        WHERE application_name = ? AND ssl = ?""")) {
            question.setString(1, program);
            question.setBoolean(2, tls);
            try (var answer = question.executeQuery()) {
                answer.next();
                return answer.getLong(1);
            }
        }
    }

    private static void make(String bucket, S3Store store) {
        try (var s3 = S3Client.builder()
                .endpointOverride(URI.create(store.url()))
                .region(Region.of(S3Store.REGION))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(S3Store.ACCESS_KEY, store.secretKey())))
                .build()) {
            s3.createBucket(make -> make.bucket(bucket));
        }
    }

    /** Looks only at what is shown. */
    private static final class Anything implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
