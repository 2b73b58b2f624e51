package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A server that answers {@code /version} as MLflow's does, in a process that a test started and ends. */
public final class ServerProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Process process;
    private final String url;
    private final Path log;

    private ServerProcess(Process process, String url, Path log) {
        this.process = process;
        this.url = url;
        this.log = log;
    }

    /** Waits until it answers; fails with its log where it ends or takes too long. */
    static ServerProcess awaited(Process process, int port, Path log) throws IOException, InterruptedException {
        var server = new ServerProcess(process, "http://127.0.0.1:" + port, log);
        Instant limit = Instant.now().plus(START_LIMIT);
        while (!server.answers()) {
            assertThat(process.isAlive()).as(() -> "it ended: " + printed(log)).isTrue();
            assertThat(Instant.now())
                    .as(() -> "it is not ready: " + printed(log))
                    .isBefore(limit);
            Thread.sleep(POLL);
        }
        return server;
    }

    /** Where it is. */
    public String url() {
        return url;
    }

    /** All that it printed so far. */
    String printed() {
        return printed(log);
    }

    private static String printed(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        workers.forEach(ProcessHandle::destroyForcibly);
    }
}
