package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeGrounds;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class StateTest {

    private static final String PATH = "/api/v1/state/";

    private final Door door;
    private final FakeGrounds grounds;

    StateTest(Door door, FakeGrounds grounds) {
        this.door = door;
        this.grounds = grounds;
    }

    @Test
    void namespace_isAnsweredAsItIs_definedOrNot() {
        assertThat(door.get(PATH + "unknown").body())
                .isEqualTo("{\"namespace\":\"unknown\",\"defined\":false,\"max_keys\":10,\"max_value_bytes\":20,"
                        + "\"when_full\":\"refuse\",\"max_lease_ms\":30000,\"usage\":{\"keys\":0,\"bytes\":10}}");
        var defined = put("one", "{\"max_keys\": 5, \"max_value_bytes\": 6, \"when_full\": \"evict\"}");
        assertThat(defined.body())
                .isEqualTo("{\"namespace\":\"one\",\"defined\":true,\"max_keys\":5,\"max_value_bytes\":6,"
                        + "\"when_full\":\"evict\",\"max_lease_ms\":30000,\"usage\":{\"keys\":0,\"bytes\":5}}");
        assertThat(door.get("/api/v1/state").body()).contains("\"namespace\":\"one\"");
        assertThat(door.send(HttpRequest.newBuilder(door.uri(PATH + "one")).DELETE())
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void lease_getsItsGroundAndATokenOfIt() {
        var lease = PATH + "leases/leases/a";
        var acquired = door.post(lease + "/acquire", "{\"holder\": \"w\", \"ttl_ms\": 1000}");
        String token = acquired.body().replaceAll(".*\"token\":(\\d+).*", "$1");
        assertThat(acquired.body())
                .isEqualTo("{\"lease\":\"a\",\"holder\":\"w\",\"token\":" + token + ",\"expires_in_ms\":1000}");
        assertThat(acquired.headers().firstValue("X-Fourfold-Store")).hasValue("redis");
        assertThat(door.get(lease).body()).isEqualTo(acquired.body());
        assertThat(door.post(lease + "/acquire", "{\"holder\": \"v\", \"ttl_ms\": 1000}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(door.post(lease + "/renew", "{\"token\": " + token + ", \"ttl_ms\": 2000}")
                        .body())
                .contains("\"expires_in_ms\":2000");
        assertThat(door.post(lease + "/renew", "{\"token\": 0, \"ttl_ms\": 2000}")
                        .body())
                .contains("invalid-state");
        assertThat(door.post(lease + "/release", "{\"token\": " + token + "}").body())
                .isEqualTo("{\"released\":true}");
        assertThat(door.post(lease + "/release", "{\"token\": " + token + "}").body())
                .isEqualTo("{\"released\":false}");
        assertThat(door.get(lease).statusCode()).isEqualTo(404);
    }

    @Test
    void valuesAndCounters_areAnsweredAsTheyAre() {
        var value = PATH + "values/values/k";
        assertThat(send("PUT", value, "{\"value\": \"\\u00e9\", \"ttl_ms\": 5, \"version\": 6, \"request_id\": \"r\"}"))
                .isEqualTo("{\"key\":\"k\",\"value\":\"é\",\"version\":7,\"expires_in_ms\":5}");
        assertThat(send("PUT", value, "{\"value\": \"\"}")).isEqualTo("{\"key\":\"k\",\"value\":\"\",\"version\":1}");
        assertThat(door.get(value).body()).isEqualTo("{\"key\":\"k\",\"value\":\"\",\"version\":1}");
        assertThat(send("DELETE", value + "?version=2", "")).isEqualTo("{\"removed\":false}");
        assertThat(send("DELETE", value + "?version=1&request_id=done+before", ""))
                .isEqualTo("{\"removed\":false}");
        for (String noCondition : List.of("version=x", "version=", "version=2&version=3", "verison=2")) {
            assertThat(send("DELETE", value + "?" + noCondition, "")).contains("invalid-argument");
        }
        assertThat(send("DELETE", value + "?version=1", "")).isEqualTo("{\"removed\":true}");
        var counter = PATH + "values/counters/c";
        assertThat(door.post(counter + "/add", "{}").body()).isEqualTo("{\"counter\":\"c\",\"value\":1}");
        assertThat(door.post(counter + "/add", "{\"by\": -3, \"request_id\": \"r\"}")
                        .body())
                .isEqualTo("{\"counter\":\"c\",\"value\":-2}");
        assertThat(door.get(counter).body()).isEqualTo("{\"counter\":\"c\",\"value\":-2}");
        assertThat(send("DELETE", counter + "?request_id=done+before", "")).isEqualTo("{\"removed\":false}");
        assertThat(send("DELETE", counter, "")).isEqualTo("{\"removed\":true}");
    }

    @Test
    void readingAndRemovingInANamespaceOfNobody_makesNone() {
        String nobodys = PATH + "nobodys";
        assertThat(door.get(nobodys + "/leases/a").statusCode()).isEqualTo(404);
        assertThat(door.post(nobodys + "/leases/a/renew", "{\"token\": 1, \"ttl_ms\": 1000}")
                        .body())
                .contains("invalid-state");
        assertThat(door.post(nobodys + "/leases/a/release", "{\"token\": 1}").body())
                .isEqualTo("{\"released\":false}");
        assertThat(door.get(nobodys + "/values/k").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", nobodys + "/values/k", "")).isEqualTo("{\"removed\":false}");
        assertThat(door.get(nobodys + "/counters/c").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", nobodys + "/counters/c", "")).isEqualTo("{\"removed\":false}");
        assertThat(door.get(nobodys + "/barriers/b").statusCode()).isEqualTo(404);
        assertThat(door.send(HttpRequest.newBuilder(door.uri(nobodys)).DELETE()).statusCode())
                .isEqualTo(204);
        assertThat(door.get("/api/v1/state").body()).doesNotContain("nobodys");
        door.post(nobodys + "/counters/other/add", "{}");
        assertThat(door.get("/api/v1/state").body()).contains("nobodys");
    }

    @Test
    void namespaceThatIsForgottenAgainAndAgain_isUnavailable() {
        grounds.forget("gone");
        var answer = door.post(PATH + "gone/leases/a/acquire", "{\"holder\": \"w\", \"ttl_ms\": 1000}");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"holder\": \"w\"}",
                "{\"ttl_ms\": 5}",
                "{\"holder\": 5, \"ttl_ms\": 5}",
                "{\"holder\": \"w\", \"ttl_ms\": \"5\"}",
                "{\"holder\": \"w\", \"ttl_ms\": 5.5}",
                "{\"holder\": \"w\", \"ttl_ms\": 5, \"more\": 1}",
                "{\"holder\": [], \"ttl_ms\": 5}",
                "[]",
                ""
            })
    void wrongRequest_isRefused(String body) {
        assertThat(door.post(PATH + "n/leases/a/acquire", body).statusCode()).isEqualTo(400);
    }

    private String send(String method, String path, String body) {
        return door.send(HttpRequest.newBuilder(door.uri(path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body)))
                .body();
    }

    private HttpResponse<String> put(String namespace, String body) {
        return door.send(HttpRequest.newBuilder(door.uri(PATH + namespace))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }
}
