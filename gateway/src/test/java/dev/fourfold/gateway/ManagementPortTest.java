package dev.fourfold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The configuration as it is in one JVM and in a process: /health is MLflow's, management is elsewhere or nowhere. */
class ManagementPortTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void health_withManagement_isMlflowsOnThePublicPortOnly() throws Exception {
        int management = freePort();
        try (var context =
                start(Map.of("FOURFOLD_GATEWAY_MANAGEMENT", "true", "FOURFOLD_GATEWAY_MANAGEMENT_PORT", management))) {
            int port = context.getBean(EmbeddedServer.class).getPort();
            assertThat(get(port, "/health").body()).isEqualTo("OK");
            assertThat(get(management, "/health").body()).contains("\"status\":\"UP\"");
            assertThat(get(port, "/beans").statusCode()).isEqualTo(404);
            assertThat(get(management, "/beans").statusCode()).isIn(401, 403);
            assertThat(get(management, "/prometheus").body())
                    .contains("\ndb_cache_hits{store=\"redis\"} 0", "\ndb_cache_misses{store=\"redis\"} 0");
            assertThat(get(port, "/prometheus").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void host_thatIsAnAddress_isAnsweredByManagementAlone() throws Exception {
        int management = freePort();
        try (var context = start(Map.of(
                "FOURFOLD_GATEWAY_MANAGEMENT",
                "true",
                "FOURFOLD_GATEWAY_MANAGEMENT_PORT",
                management,
                "fourfold.security.sign-in",
                "REQUIRED",
                "fourfold.security.hosts",
                "ml.example.org"))) {
            int port = context.getBean(EmbeddedServer.class).getPort();
            assertThat(status(management, "/prometheus", "10.1.2.3:" + management))
                    .isEqualTo("200");
            assertThat(status(management, "/prometheus", "[fd00::7]:" + management))
                    .isEqualTo("200");
            assertThat(status(management, "/health/liveness", "10.1.2.3")).isEqualTo("200");
            // A name may have been made to point here by whoever owns it.
            assertThat(status(management, "/prometheus", "rebound.example.com")).isEqualTo("403");
            assertThat(status(management, "/prometheus", "10.1.2.3.example.com"))
                    .isEqualTo("403");
            assertThat(status(port, "/version", "10.1.2.3:" + management)).isEqualTo("403");
            assertThat(status(port, "/version", "ml.example.org")).isEqualTo("200");
            assertThat(get(management, "/prometheus").body())
                    .contains("\nrejected_requests_total{reason=\"host\"} 3.0")
                    .contains("http_server_request_duration_seconds_count{")
                    .contains("http_route=\"/version\"");
        }
    }

    /** The status of a GET that names this host, which Java's own client would not. */
    private static String status(int port, String path, String host) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.split(" ", 3)[1];
        }
    }

    @Test
    void health_withoutManagement_isMlflows() throws Exception {
        try (var context = start(Map.of())) {
            assertThat(get(context.getBean(EmbeddedServer.class).getPort(), "/health")
                            .body())
                    .isEqualTo("OK");
        }
    }

    private static ApplicationContext start(Map<String, Object> properties) {
        var all = new HashMap<>(properties);
        all.put("micronaut.server.port", -1);
        all.put("fourfold.cache.enabled", "false");
        ApplicationContext context = ApplicationContext.builder()
                .propertySources(PropertySource.of("gateway.yml", file()), PropertySource.of("test", all))
                .start();
        context.getBean(EmbeddedServer.class).start();
        return context;
    }

    private static Map<String, Object> file() {
        try (InputStream in = ManagementPortTest.class.getResourceAsStream("/gateway.yml")) {
            return new YamlPropertySourceLoader().read("gateway.yml", Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Below the ports that the system gives to connections meanwhile. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue; // There are thousands more.
            }
        }
    }
}
