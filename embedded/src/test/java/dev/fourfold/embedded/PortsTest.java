package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void freePorts_askedForAtOnce_areAllDifferent() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var claims = IntStream.range(0, 200)
                    .mapToObj(_ -> threads.submit(() -> Ports.claim("a test", 0)))
                    .toList();
            assertThat(claims)
                    .extracting(claim -> claim.get())
                    .doesNotHaveDuplicates()
                    .allMatch(port -> port < 32_768);
        }
    }

    @Test
    void wishedPort_thatIsTaken_isRefusedByName() throws Exception {
        try (var taken = new ServerSocket()) {
            taken.bind(Ports.address(0));
            assertThatThrownBy(() -> Ports.claim("redis", taken.getLocalPort()))
                    .isInstanceOf(EmbeddedStoreException.class)
                    .hasMessageContaining("Port " + taken.getLocalPort() + ", wanted for redis");
        }
    }
}
