package dev.fourfold.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import org.junit.jupiter.api.Test;

/** Where everybody must sign in and no names are listed, the gateway answers under every name. */
@MicronautTest
@Property(name = "fourfold.cache.enabled", value = "false")
@Property(name = "fourfold.security.sign-in", value = "REQUIRED")
class AnyHostTest {

    private final Door door;

    AnyHostTest(Door door) {
        this.door = door;
    }

    @Test
    void hostThatNobodyListed_isAnswered() {
        assertThat(version("ml.example.org")).startsWith("HTTP/1.1 200");
    }

    private String version(String host) {
        return door.raw("GET /version HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }
}
