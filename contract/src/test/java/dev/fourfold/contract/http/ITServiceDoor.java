package dev.fourfold.contract.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call a service, over HTTP. */
class ITServiceDoor {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String FORMER = "fedcba9876543210fedcba9876543210";

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/rooms/one",
                "/rooms/one/",
                "//rooms/one",
                "/ROOMS/one",
                "/none",
                "/health/../rooms/one",
                "/health/%2e%2e/rooms/one",
                "/health;/rooms/one",
                "/beans"
            })
    void withoutTheSecret_nothingIsSaid(String path) throws Exception {
        try (var service = service(Map.of())) {
            for (String given : new String[] {"", "wrong", SECRET + "0", SECRET.toUpperCase(java.util.Locale.ROOT)}) {
                var answer = get(service, path, given);
                assertThat(answer.statusCode()).as(path).isEqualTo(401);
                assertThat(answer.body()).doesNotContain("room").doesNotContain(SECRET);
            }
        }
    }

    @Test
    void secret_orOneThatIsStillAccepted_opens_andProbesNeedNone() throws Exception {
        try (var service = service(Map.of("fourfold.service.other-secrets", FORMER))) {
            assertThat(get(service, "/rooms/one", SECRET).body()).isEqualTo("room one");
            assertThat(get(service, "/rooms/one", FORMER).body()).isEqualTo("room one");
            assertThat(get(service, "/health/liveness", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void ourClients_sendIt_andAnotherSecretThere_isNotTheCallersMistake() {
        try (var service = service(Map.of())) {
            assertThat(client(service, SECRET).room("one")).isEqualTo("room one");
            assertThatThrownBy(() -> client(service, FORMER).room("one"))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem())
                                    .isInstanceOfSatisfying(
                                            Problem.Unavailable.class,
                                            problem -> assertThat(problem.message())
                                                    .contains("FOURFOLD_SERVICE_SECRET")));
        }
    }

    @Test
    void withoutASecret_onlyTheLoopbackIsListenedAt() {
        try (var service = service(Map.of("fourfold.service.secret", ""))) {
            assertThat(client(service, "").room("one")).isEqualTo("room one");
        }
        for (String everywhere : new String[] {"0.0.0.0", null}) {
            var settings = new HashMap<String, Object>(Map.of("fourfold.service.secret", ""));
            settings.put("micronaut.server.host", everywhere);
            assertThatThrownBy(() -> service(settings).close())
                    .as("host %s", everywhere)
                    .hasStackTraceContaining("set FOURFOLD_SERVICE_SECRET");
        }
    }

    private HttpResponse<String> get(EmbeddedServer service, String path, String secret) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.getPort() + path));
        if (!secret.isEmpty()) {
            request.header(ServiceSecret.HEADER, secret);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static EmbeddedServer service(Map<String, Object> settings) {
        var all = new HashMap<String, Object>(Map.of(
                "fourfold.service.separate", "true",
                "fourfold.service.secret", SECRET,
                "rooms", "true",
                "micronaut.server.host", "127.0.0.1",
                "micronaut.server.port", -1,
                "endpoints.health.sensitive", "false"));
        settings.forEach((name, value) -> all.compute(name, (_, _) -> value)); // Null takes one away.
        return ApplicationContext.run(EmbeddedServer.class, all);
    }

    private static RoomClient client(EmbeddedServer service, String secret) {
        return ApplicationContext.run(Map.of(
                        "rooms", "true", "rooms.url", service.getURL().toString(), "fourfold.service.secret", secret))
                .getBean(RoomClient.class);
    }

    @Client("${rooms.url}")
    @BetweenServices
    @Requires(property = "rooms.url")
    interface RoomClient {

        @Get("/rooms/{name}")
        String room(String name);
    }

    @Controller("/rooms")
    @Requires(property = "rooms")
    static final class RoomController {

        @Get("/{name}")
        String room(String name) {
            return "room " + name;
        }
    }
}
