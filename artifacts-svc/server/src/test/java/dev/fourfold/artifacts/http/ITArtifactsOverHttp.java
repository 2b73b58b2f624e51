package dev.fourfold.artifacts.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.artifacts.ArtifactDefaults;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.artifacts.store.ArtifactOperationsContract;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.StoreOperations;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ITArtifactsOverHttp extends ArtifactOperationsContract {

    @TempDir
    static Path folder;

    private static EmbeddedServer server;
    private static ApplicationContext caller;

    @BeforeAll
    static void start() {
        server = ApplicationContext.builder()
                .propertySources(ArtifactDefaults.everywhere(), ArtifactDefaults.process())
                .properties(Map.of("fourfold.artifacts.folder", folder.toString(), "micronaut.server.port", -1))
                .run(EmbeddedServer.class);
        caller = caller(server.getURI());
    }

    @AfterAll
    static void stop() {
        caller.close();
        server.close();
    }

    @Override
    protected ArtifactOperations artifacts() {
        return caller.getBean(ArtifactOperations.class);
    }

    @Override
    protected TransferOperations transfers() {
        return caller.getBean(TransferOperations.class);
    }

    @Override
    protected String engine() {
        return "directory";
    }

    @Override
    protected StoreOperations store() {
        return caller.getBean(StoreOperations.class);
    }

    @Test
    void transfers_ofADirectory_areNotOffered() {
        assertNoTransfers();
    }

    @Test
    void caller_holdsTheClientAlone() {
        assertThat(caller.getBeansOfType(ArtifactOperations.class)).hasSize(1);
        assertThat(caller.getBeansOfType(StoreOperations.class)).hasSize(1);
        assertThat(caller.getBeansOfType(dev.fourfold.artifacts.store.ArtifactStore.class))
                .isEmpty();
        assertThat(server.getApplicationContext().getBeansOfType(ArtifactOperations.class))
                .hasSize(1);
    }

    @Test
    void controller_isAbsentInTheOneJvmForm(@TempDir Path other) {
        try (var together = ApplicationContext.builder()
                .propertySources(ArtifactDefaults.everywhere())
                .properties(Map.of("fourfold.artifacts.folder", other.toString()))
                .start()) {
            assertThat(together.containsBean(ArtifactController.class)).isFalse();
            assertThat(together.getBeansOfType(ArtifactOperations.class)).hasSize(1);
        }
    }

    @Test
    void service_away_isUnavailable() {
        try (var lonely = caller(URI.create("http://127.0.0.1:1"))) {
            var artifacts = lonely.getBean(ArtifactOperations.class);
            var path = ArtifactPath.of("a");

            assertProblem(Problem.Unavailable.class, () -> artifacts.get(path));
            assertProblem(Problem.Unavailable.class, () -> artifacts.list(path));
            assertProblem(Problem.Unavailable.class, () -> artifacts.delete(path));
            assertProblem(Problem.Unavailable.class, () -> artifacts.put(path, InputStream.nullInputStream(), 0));
            assertProblem(
                    Problem.Unavailable.class,
                    () -> artifacts.put(path, new ByteArrayInputStream(new byte[100_000]), 100_000));
            assertThat(lonely.getBean(StoreOperations.class).status().available())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2Fetc%2Fpasswd",
                "%2e%2e%2fetc",
                "%252e%252e%252fetc",
                "%25252e%25252e/etc",
                "%2Fetc%2Fpasswd",
                "a%5Cb",
                "a%00",
                "a%23b",
                "a%3Fb",
                "..;%2Fetc",
                "%C0%AE%C0%AE%2Fetc",
                "C:%2Fwindows",
                "a%2F%2Fb",
                "%0d%0aa"
            })
    void hostilePath_isRefusedOnEveryRoute(String path) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            for (String route : new String[] {
                "GET /internal/artifacts",
                "GET /internal/artifacts/list",
                "DELETE /internal/artifacts",
                "PUT /internal/artifacts"
            }) {
                String[] parts = route.split(" ", 2);
                var request = HttpRequest.newBuilder(URI.create(server.getURI() + parts[1] + "?path=" + path))
                        .method(parts[0], HttpRequest.BodyPublishers.ofString(parts[0].equals("PUT") ? "x" : ""))
                        .build();
                var answer = http.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(route + answer.body()).isEqualTo(400);
                assertThat(answer.body()).contains("Invalid path");
            }
        }
    }

    /** A body whose sender dies is not a body that ended: neither with a length nor in chunks. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000", "Transfer-Encoding: chunked"})
    void put_connectionCut_leavesNothing(String framing) throws Exception {
        String name = "cut-" + framing.length();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            var out = socket.getOutputStream();
            out.write(
                    ("PUT /internal/artifacts?path=" + name + " HTTP/1.1\r\nHost: localhost\r\n" + framing + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write("2710\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[10_000]);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            awaitStaged(1);
        }
        awaitStaged(0);

        assertThat(artifacts().list(ArtifactPath.ROOT))
                .noneMatch(entry -> entry.name().equals(name));
    }

    /** A reader that goes away must not leave its file open in the service. */
    @Test
    void get_brokenOff_closesTheFile() throws Exception {
        var path = ArtifactPath.of("read-a-little.bin");
        artifacts().put(path, new ByteArrayInputStream(new byte[20_000_000]), 20_000_000);
        for (int i = 0; i < 10; i++) {
            try (var content = artifacts().get(path)) {
                assertThat(content.stream().readNBytes(10)).hasSize(10);
            }
        }

        var limit = Instant.now().plus(Duration.ofSeconds(20));
        while (open(path.value()) > 0) {
            assertThat(Instant.now()).as("open: " + open(path.value())).isBefore(limit);
            Thread.sleep(20);
        }
    }

    /** How often this process holds a file of that name open. */
    private static long open(String name) throws IOException {
        long count = 0;
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    if (Files.readSymbolicLink(descriptor).endsWith(name)) {
                        count++;
                    }
                } catch (NoSuchFileException e) {
                    continue; // Closed since it was listed.
                }
            }
        }
        return count;
    }

    private static void awaitStaged(int count) throws IOException, InterruptedException {
        var limit = Instant.now().plus(Duration.ofSeconds(20));
        while (staged() != count) {
            assertThat(Instant.now()).as("staged files: " + staged()).isBefore(limit);
            Thread.sleep(20);
        }
    }

    private static long staged() throws IOException {
        try (var files = Files.list(folder.resolve("staging"))) {
            return files.count();
        }
    }

    static ApplicationContext caller(URI url) {
        return ApplicationContext.builder()
                .properties(Map.of("fourfold.artifacts.url", url.toString()))
                .start();
    }
}
