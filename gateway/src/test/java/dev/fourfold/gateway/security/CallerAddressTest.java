package dev.fourfold.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom wrong passwords are counted for. */
class CallerAddressTest {

    @Test
    void whatAHeaderSays_isBelievedOfProxiesOnly() {
        assertThat(counted(List.of(), "10.0.0.1", "198.51.100.7")).isEqualTo("10.0.0.1");
        assertThat(counted(List.of("10.0.0.2"), "10.0.0.1", "198.51.100.7")).isEqualTo("10.0.0.1");
        assertThat(counted(List.of("10.0.0.1"), "10.0.0.1", "198.51.100.7")).isEqualTo("198.51.100.7");
        assertThat(counted(List.of("10.0.0.0/30"), "10.0.0.3", "198.51.100.7")).isEqualTo("198.51.100.7");
        assertThat(counted(List.of("10.0.0.0/30"), "10.0.0.4", "198.51.100.7")).isEqualTo("10.0.0.4");
    }

    @Test
    void whatTheCallerSaid_isNotBelieved_onlyWhatTheProxiesAdded() {
        assertThat(counted(List.of("10.0.0.1"), "10.0.0.1", "203.0.113.9, 198.51.100.7"))
                .isEqualTo("198.51.100.7");
        assertThat(counted(List.of("10.0.0.0/8"), "10.0.0.1", "203.0.113.9", "198.51.100.7, 10.0.0.5"))
                .isEqualTo("198.51.100.7");
        for (String odd : List.of("unknown", "", "localhost", "300.1.1.1", "_hidden", "198.51.100.7:80")) {
            assertThat(counted(List.of("10.0.0.1"), "10.0.0.1", odd)).as(odd).isEqualTo("10.0.0.1");
        }
    }

    @Test
    void theLoopback_isNobody_unlessItIsAProxy() {
        assertThat(counted(List.of(), "127.0.0.1", "198.51.100.7")).isNull();
        assertThat(counted(List.of(), "::1")).isNull();
        assertThat(counted(List.of("127.0.0.0/8", "::1"), "127.0.0.1", "198.51.100.7"))
                .isEqualTo("198.51.100.7");
        assertThat(counted(List.of("127.0.0.0/8", "::1"), "::1", "198.51.100.7"))
                .isEqualTo("198.51.100.7");
    }

    @Test
    void addressesOfOneNetwork_ofIpv6_areOne() {
        assertThat(counted(List.of(), "2001:db8:1:2::3"))
                .isEqualTo(counted(List.of(), "2001:db8:1:2:ffff::9"))
                .isNotEqualTo(counted(List.of(), "2001:db8:1:3::3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example.org", "10.0.0.0/33", "10.0.0.0/x", "10.0.0", "/8"})
    void whatIsNoAddress_isRefusedAtTheStart(String proxy) {
        assertThatThrownBy(() -> counted(List.of(proxy), "10.0.0.1"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("FOURFOLD_SECURITY_PROXIES")
                .hasMessageContaining(proxy);
    }

    private static @Nullable String counted(List<String> proxies, String from, String... forwardedFor) {
        var configuration = new DoorConfiguration(
                DoorConfiguration.SignIn.REQUIRED, List.of(), List.of(), proxies, Duration.ofHours(12));
        return new CallerAddress(configuration).of(InetAddress.ofLiteral(from), List.of(forwardedFor));
    }
}
