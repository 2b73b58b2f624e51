package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.metrics.client.HttpMetricOperations;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The operations across HTTP. */
final class ITMetricHttp extends MetricOperationsContract {

    @TempDir
    private static Path journal;

    private static ApplicationContext server;
    private static ApplicationContext client;

    @BeforeAll
    static void start() {
        server = Service.separate(TemporaryStores.influx(), journal).start();
        var http = server.getBean(EmbeddedServer.class).start();
        client = Service.client(http.getURL().toString()).start();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Override
    MetricOperations operations() {
        return client.getBean(MetricOperations.class);
    }

    @Override
    StoreOperations store() {
        return client.getBean(StoreOperations.class, Qualifiers.byName("metrics"));
    }

    @Test
    void thisForm_hasTheClientAlone() {
        assertThat(client.getBeansOfType(MetricOperations.class))
                .singleElement()
                .isInstanceOf(HttpMetricOperations.class);
    }

    /** A machine that was lost refuses nothing and takes nothing; Netty alone would wait for it for 30 seconds. */
    @Test
    @Timeout(25)
    void serviceThatTakesNoConnection_isGivenUp() throws IOException {
        var waiting = new ArrayList<Socket>();
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            while (waits(full, waiting)) {
                assertThat(waiting).hasSizeLessThan(10);
            }
            try (var lonely =
                    Service.client("http://127.0.0.1:" + full.getLocalPort()).start()) {
                var operations = lonely.getBean(MetricOperations.class);
                Assertions.assertThatThrownBy(
                                () -> operations.history(new HistoryQuery("experiment", "run", "loss", null, 10)))
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
            }
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /** Whether one more connection still finds room among those that nobody has accepted. */
    private static boolean waits(ServerSocket server, List<Socket> waiting) throws IOException {
        var socket = new Socket();
        waiting.add(socket);
        try {
            socket.connect(server.getLocalSocketAddress(), 300);
            return true;
        } catch (SocketTimeoutException full) {
            return false; // What was to be brought about.
        }
    }

    @Test
    void serviceThatIsAway_isUnavailable() {
        try (var lonely = Service.client("http://127.0.0.1:1").start()) {
            var operations = lonely.getBean(MetricOperations.class);
            assertThat(operations.journals()).singleElement().satisfies(journal -> {
                assertThat(journal.available()).isFalse();
                assertThat(journal.detail()).isNotBlank();
            });
            Assertions.assertThatThrownBy(
                            () -> operations.history(new HistoryQuery("experiment", "run", "loss", null, 10)))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
        }
    }
}
