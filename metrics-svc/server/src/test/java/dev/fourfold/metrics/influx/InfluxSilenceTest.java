package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.journal.StoreUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An InfluxDB that takes connections and stands still, before its answer or in the middle of it. */
@Timeout(30)
final class InfluxSilenceTest {

    private static final String BEGINNING = """
            HTTP/1.1 200 OK\r
            Content-Type: application/json\r
            Transfer-Encoding: chunked\r
            \r
            6\r
            {"a":1\r
            """;

    @Test
    void answerThatNeverBegins_isGivenUp() throws IOException {
        assertGivenUp("");
    }

    @Test
    void answerThatBreaksOffInSilence_isGivenUp() throws IOException {
        assertGivenUp(BEGINNING);
    }

    private static void assertGivenUp(String said) throws IOException {
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> say(server, said));
            try (var reader = new InfluxReader(configuration(server.getLocalPort()), () -> {})) {
                assertThatThrownBy(() -> reader.ask("/debug/vars", body -> body.readAllBytes()))
                        .isInstanceOf(StoreUnavailableException.class);
            }
        }
    }

    private static void say(ServerSocket server, String said) {
        List<Socket> open = new ArrayList<>();
        try {
            while (true) {
                var socket = server.accept();
                open.add(socket);
                socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
        } catch (SocketException e) {
            open.forEach(InfluxSilenceTest::close); // The test is over.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static InfluxConfiguration configuration(int port) {
        return new InfluxConfiguration(
                "http://127.0.0.1:" + port,
                null,
                null,
                null,
                "fourfold",
                "autogen",
                "520w",
                null,
                null,
                Duration.ofMillis(500),
                4000,
                null);
    }
}
