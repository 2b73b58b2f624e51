package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** MLflow's own server, from PyPI, on fresh data. */
final class MlflowServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Process process;
    private final String url;

    private MlflowServer(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts one and waits until it answers. */
    static MlflowServer start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int port = Ports.claim("mlflow", 0);
        PythonProgram program = PythonProgram.named("mlflow-" + folder.getFileName())
                .module(
                        "mlflow",
                        "server",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--workers",
                        "1",
                        "--backend-store-uri",
                        "sqlite:///" + folder.resolve("mlflow.db"),
                        "--artifacts-destination",
                        folder.resolve("artifacts").toString());
        var server = new MlflowServer(program.starts(), "http://127.0.0.1:" + port);
        Instant limit = Instant.now().plus(START_LIMIT);
        while (!server.answers()) {
            assertThat(server.process.isAlive())
                    .as("mlflow server ended; see %s", program.log())
                    .isTrue();
            assertThat(Instant.now())
                    .as("mlflow server is not ready; see %s", program.log())
                    .isBefore(limit);
            Thread.sleep(POLL);
        }
        return server;
    }

    String url() {
        return url;
    }

    private boolean answers() throws IOException, InterruptedException {
        try {
            return LaunchedPlatform.send(HttpRequest.newBuilder(URI.create(url + "/version")))
                            .statusCode()
                    == 200;
        } catch (ConnectException e) {
            return false; // Not yet.
        }
    }

    /** Stops it, and the workers that it started. */
    @Override
    public void close() throws InterruptedException {
        var workers = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        workers.forEach(ProcessHandle::destroyForcibly);
    }
}
