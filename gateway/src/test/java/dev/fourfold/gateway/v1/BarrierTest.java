package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class BarrierTest {

    private static final String PATH = "/api/v1/state/n/barriers/";

    private final Door door;

    BarrierTest(Door door) {
        this.door = door;
    }

    @Test
    void barrier_saysWhoHasCome() {
        assertThat(door.get(PATH + "a").statusCode()).isEqualTo(404);
        var first = door.post(PATH + "a/arrive", "{\"worker\": \"one\", \"parties\": 2}");
        assertThat(first.body())
                .isEqualTo("{\"barrier\":\"a\",\"generation\":1,\"arrived\":1,\"parties\":2,\"open\":false}");
        assertThat(first.headers().firstValue("X-Fourfold-Store")).hasValue("redis");
        assertThat(door.get(PATH + "a").body()).isEqualTo(first.body());
        assertThat(door.post(PATH + "a/arrive", "{\"worker\": \"one\", \"parties\": 2, \"wait_ms\": 50}")
                        .body())
                .isEqualTo(first.body());
    }

    @Test
    void whoWaits_isAnsweredWhenTheLastHasCome() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> door.post(
                            PATH + "b/arrive",
                            "{\"worker\": \"one\", \"parties\": 2, \"generation\": 7, \"wait_ms\": 20000}")
                    .body());
            while (door.get(PATH + "b").statusCode() != 200) {
                Thread.onSpinWait();
            }
            assertThat(waiting.isDone()).isFalse();
            door.post(PATH + "b/arrive", "{\"worker\": \"two\", \"parties\": 2, \"generation\": 7}");
            assertThat(waiting.get()).contains("\"generation\":7,\"arrived\":2", "\"open\":true");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"parties\": 2}",
                "{\"worker\": \"w\"}",
                "{\"worker\": \"w\", \"parties\": \"2\"}",
                "{\"worker\": \"w\", \"parties\": 2, \"wait_ms\": -1}",
                "{\"worker\": \"w\", \"parties\": 2, \"wait_ms\": 20001}",
                "{\"worker\": \"w\", \"parties\": 2, \"more\": 1}",
            })
    void wrongRequest_isRefused(String body) {
        assertThat(door.post(PATH + "c/arrive", body).statusCode()).isEqualTo(400);
    }
}
