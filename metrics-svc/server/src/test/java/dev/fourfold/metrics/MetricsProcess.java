package dev.fourfold.metrics;

import dev.fourfold.embedded.Ports;
import dev.fourfold.embedded.TemporaryStores;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Metrics-svc as a process of its own that can be killed, with both stores. */
final class MetricsProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final int port;
    private final Path folder;
    private final Map<String, String> environment;
    private final ApplicationContext client;
    private Process process;

    private MetricsProcess(int port, Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        this.port = port;
        this.folder = folder;
        this.environment = environment;
        this.process = launch();
        this.client = Service.client("http://127.0.0.1:" + port).start();
        awaitPort();
    }

    static MetricsProcess start(Path folder, Map<String, String> more) throws IOException, InterruptedException {
        int port = Ports.claim("metrics-svc", 0);
        var environment = new java.util.HashMap<>(Map.of(
                "FOURFOLD_METRICS_STORE",
                "postgresql",
                "FOURFOLD_METRICS_POSTGRES_URL",
                TemporaryStores.newDatabase(),
                "FOURFOLD_METRICS_POSTGRES_USERNAME",
                TemporaryStores.postgres().user(),
                "FOURFOLD_METRICS_POSTGRES_PASSWORD",
                TemporaryStores.postgres().password(),
                "FOURFOLD_INFLUX_URL",
                TemporaryStores.influx().url(),
                "FOURFOLD_INFLUX_USERNAME",
                TemporaryStores.influx().user(),
                "FOURFOLD_INFLUX_PASSWORD",
                TemporaryStores.influx().password(),
                "FOURFOLD_INFLUX_DATABASE",
                "moved",
                "FOURFOLD_METRICS_JOURNAL_FOLDER",
                folder.resolve("journal").toString(),
                "FOURFOLD_METRICS_PORT",
                Integer.toString(port)));
        environment.putAll(more);
        return new MetricsProcess(port, folder, Map.copyOf(environment));
    }

    /** An operations interface of it. */
    <T> T operations(Class<T> type) {
        return client.getBean(type);
    }

    /** Kill -9, and a new process on the same journal. */
    void killAndStart() throws IOException, InterruptedException {
        kill();
        process = launch();
        awaitPort();
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        kill();
    }

    private void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("metrics-svc survives kill -9");
        }
    }

    private Process launch() throws IOException {
        var builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("metrics-svc.log").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private void awaitPort() throws InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (true) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                if (!process.isAlive() || Instant.now().isAfter(limit)) {
                    throw new AssertionError("metrics-svc does not come up, see " + folder, e);
                }
                Thread.sleep(Duration.ofMillis(50));
            }
        }
    }
}
