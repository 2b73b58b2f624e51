package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class WorkTest {

    private static final String PATH = "/api/v1/state/n/work";

    private final Door door;

    WorkTest(Door door) {
        this.door = door;
    }

    @Test
    void work_goesFromWaitingToDone() {
        var list = PATH + "/files";
        var added = door.post(list + "/items", "{\"items\": [{\"id\": \"a\", \"value\": \"1\"}, {\"id\": \"b\"}]}");
        assertThat(added.body()).isEqualTo("{\"added\":2,\"known\":0}");
        assertThat(added.headers().firstValue("X-Fourfold-Store")).hasValue("postgresql");
        var taken =
                door.post(list + "/take", "{\"worker\": \"w\", \"max\": 2, \"lease_ms\": 5000, \"request_id\": null}");
        String token = taken.body().replaceAll(".*\"token\":(\\d+).*", "$1");
        assertThat(taken.body())
                .isEqualTo("{\"items\":[{\"id\":\"a\",\"value\":\"1\",\"token\":" + token + ",\"expires_in_ms\":5000},"
                        + "{\"id\":\"b\",\"value\":\"\",\"token\":" + token
                        + ",\"expires_in_ms\":5000}],\"unfinished\":true}");
        assertThat(door.post(list + "/renew", "{\"ids\": [\"a\", \"c\"], \"token\": " + token + ", \"lease_ms\": 6000}")
                        .body())
                .isEqualTo("{\"renewed\":[{\"id\":\"a\",\"expires_in_ms\":6000}],\"lost\":[\"c\"]}");
        assertThat(door.get(list + "/items/a").body())
                .isEqualTo("{\"id\":\"a\",\"value\":\"1\",\"state\":\"taken\",\"times\":1,\"token\":" + token
                        + ",\"worker\":\"w\",\"expires_in_ms\":5000,\"result\":null,\"done_time\":null}");
        assertThat(door.post(list + "/done", "{\"id\": \"a\", \"token\": " + token + ", \"result\": \"r\"}")
                        .body())
                .isEqualTo("{\"id\":\"a\",\"value\":\"1\",\"state\":\"done\",\"times\":1,\"token\":" + token
                        + ",\"worker\":\"w\",\"expires_in_ms\":null,\"result\":\"r\",\"done_time\":7}");
        assertThat(door.post(list + "/done", "{\"id\": \"b\", \"token\": 0}").statusCode())
                .isEqualTo(409);
        assertThat(door.post(list + "/give-back", "{\"id\": \"b\", \"token\": " + token + "}")
                        .body())
                .isEqualTo("{\"given_back\":true}");
        assertThat(door.get(list).body()).isEqualTo("{\"list\":\"files\",\"waiting\":1,\"taken\":0,\"done\":1}");
        assertThat(door.get(PATH).body()).isEqualTo("{\"lists\":[\"files\"],\"next\":null}");
        assertThat(door.get(list + "/items/c").statusCode()).isEqualTo(404);
        assertThat(door.send(HttpRequest.newBuilder(door.uri(list)).DELETE()).statusCode())
                .isEqualTo(204);
        assertThat(door.get(PATH).body()).isEqualTo("{\"lists\":[],\"next\":null}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "items     | {}",
                "items     | {\"items\": []}",
                "items     | {\"items\": {}}",
                "items     | {\"items\": [5]}",
                "items     | {\"items\": [{\"value\": \"v\"}]}",
                "items     | {\"items\": [{\"id\": 5}]}",
                "items     | {\"items\": [{\"id\": \"a\", \"value\": 5}]}",
                "items     | {\"items\": [{\"id\": \"a\", \"more\": 5}]}",
                "items     | {\"items\": [{\"id\": \"a\"}], \"more\": 5}",
                "items     | []",
                "take      | {\"worker\": \"w\", \"max\": 1}",
                "take      | {\"worker\": \"w\", \"lease_ms\": 1000}",
                "take      | {\"max\": 1, \"lease_ms\": 1000}",
                "take      | {\"worker\": \"w\", \"max\": -9000000000, \"lease_ms\": 1000}",
                "take      | {\"worker\": \"w\", \"max\": \"1\", \"lease_ms\": 1000}",
                "renew     | {\"ids\": [\"a\"], \"token\": 1}",
                "renew     | {\"ids\": [\"a\"], \"lease_ms\": 1000}",
                "renew     | {\"ids\": \"a\", \"token\": 1, \"lease_ms\": 1000}",
                "renew     | {\"ids\": [1], \"token\": 1, \"lease_ms\": 1000}",
                "renew     | {\"id\": \"a\", \"token\": 1, \"lease_ms\": 1000}",
                "done      | {\"id\": \"a\"}",
                "done      | {\"token\": 1}",
                "done      | {\"id\": \"a\", \"token\": 1, \"result\": {}}",
                "give-back | {\"id\": \"a\"}",
                "give-back | {\"id\": \"a\", \"token\": 1.5}",
            })
    void wrongRequest_isRefused(String route, String body) {
        assertThat(door.post(PATH + "/wrong/" + route, body).statusCode()).isEqualTo(400);
    }

    @Test
    void moreItemsThanMayBe_areRefused() {
        var items = "{\"id\": \"a\"},".repeat(1000) + "{\"id\": \"a\"}";
        assertThat(door.post(PATH + "/many/items", "{\"items\": [" + items + "]}")
                        .statusCode())
                .isEqualTo(400);
    }
}
