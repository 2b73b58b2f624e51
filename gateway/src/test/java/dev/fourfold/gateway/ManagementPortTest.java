package dev.fourfold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
