package dev.fourfold.contract.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a service's probes get, with its store there and away. */
class ITReadiness {

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void readiness_followsTheStore_livenessDoesNotAskIt() throws Exception {
        try (var context = start("true", "")) {
            int port = context.getBean(EmbeddedServer.class).getPort();
            var store = context.getBean(FakeStore.class);
            assertThat(get(port, "/health/readiness"))
                    .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200))
                    .extracting(HttpResponse::body)
                    .asString()
                    .contains("\"part\":\"fake\"")
                    .doesNotContain("secret-place");
            store.there = false;
            int asked = store.asked.get();
            assertThat(get(port, "/health/liveness").statusCode()).isEqualTo(200);
            assertThat(store.asked).hasValue(asked);
            assertThat(get(port, "/health/readiness").statusCode()).isEqualTo(503);
            store.there = true;
            assertThat(get(port, "/health/readiness").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void managementPort_takesHealthAwayFromTheServices() throws Exception {
        int management = freePort();
        try (var context = start("true", Integer.toString(management))) {
            int port = context.getBean(EmbeddedServer.class).getPort();
            assertThat(get(management, "/health/readiness").statusCode()).isEqualTo(200);
            assertThat(get(port, "/health/readiness").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void elsewhereThanInAServicesProcess_readinessAsksNoStore() throws Exception {
        try (var context = start("false", "")) {
            context.getBean(FakeStore.class).there = false;
            int port = context.getBean(EmbeddedServer.class).getPort();
            assertThat(get(port, "/health/readiness").statusCode()).isEqualTo(200);
            assertThat(context.getBean(FakeStore.class).asked).hasValue(0);
        }
    }

    private static ApplicationContext start(String separate, String managementPort) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("fourfold.service.separate", separate);
        properties.put("readiness.tested", "true");
        properties.put("micronaut.server.host", "127.0.0.1");
        properties.put("micronaut.server.port", -1);
        properties.put("endpoints.all.port", managementPort);
        properties.put("endpoints.health.sensitive", false);
        properties.put("endpoints.health.details-visible", "ANONYMOUS");
        return ApplicationContext.run(EmbeddedServer.class, properties).getApplicationContext();
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

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A store that is there or not. */
    @Singleton
    @Requires(property = "readiness.tested")
    static final class FakeStore implements StoreOperations {

        private final AtomicInteger asked = new AtomicInteger();
        private volatile boolean there = true;

        @Override
        public StoreStatus status() {
            asked.incrementAndGet();
            return new StoreStatus("fake", "Fake", "1", "secret-place", there, null);
        }
    }
}
