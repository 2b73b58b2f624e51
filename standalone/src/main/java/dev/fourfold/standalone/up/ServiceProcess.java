package dev.fourfold.standalone.up;

import dev.fourfold.contract.http.ServiceSecret;
import dev.fourfold.standalone.CommandFailure;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service, run from its own jar with its settings in the environment. Its process id is kept in a file, so that the
 * launcher's next start can stop what a killed launcher left behind.
 */
final class ServiceProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
    private static final String PID_FILE = "service.pid";

    /** Names a service's folder on its command line, by which a later launcher knows it. */
    private static final String MARK = "-Dfourfold.service.folder=";

    /** Six JVMs that start at once on two busy cores were seen to take 75 s. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);

    /**
     * What to run.
     *
     * @param name for example {@code metadata-svc}
     * @param jar its own jar, with its libraries in {@code lib/} beside it
     * @param folder its own folder: its log, its process id
     * @param port where it answers {@code /health}
     * @param host where the port is asked at
     * @param tls whether that is TLS, which we cannot check: the certificate is for the name that clients use
     * @param heapMegabytes the most heap it may take
     * @param properties its settings, by property name
     */
    record Plan(
            String name,
            Path jar,
            Path folder,
            String host,
            int port,
            boolean tls,
            int heapMegabytes,
            Map<String, String> properties) {}

    private final Plan plan;
    private volatile Process process;

    private ServiceProcess(Plan plan, Process process) {
        this.plan = plan;
        this.process = process;
    }

    static ServiceProcess start(Plan plan) {
        if (!Files.isReadable(plan.jar())) {
            throw new CommandFailure("There is no " + plan.jar() + ": build with ./mvnw package -DskipTests.");
        }
        return new ServiceProcess(plan, launch(plan));
    }

    /** Waits until it answers. */
    void awaitReady() throws InterruptedException {
        // A service that answers is enough, also with its store away; what the gateway has there is MLflow's.
        String path = plan.name().equals("gateway") ? "/health" : "/health/liveness";
        URI health = URI.create("http://" + plan.host() + ":" + plan.port() + path);
        Instant limit = Instant.now().plus(START_LIMIT);
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
            while (!(plan.tls() ? listens() : answers(client, health))) {
                if (!process.isAlive()) {
                    throw new CommandFailure(plan.name() + " ended with status " + process.exitValue() + ":\n"
                            + tail(plan.folder().resolve("service.log")));
                }
                if (Instant.now().isAfter(limit)) {
                    throw new CommandFailure(plan.name() + " was not ready within " + START_LIMIT.toSeconds()
                            + " s; its log is " + plan.folder().resolve("service.log"));
                }
                Thread.sleep(POLL);
            }
        }
    }

    /** What it answers; empty where it does not. */
    <T> Optional<T> ask(String path, Class<T> type) {
        URI uri = URI.create("http://" + plan.host() + ":" + plan.port() + path);
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(ASK_LIMIT).build()) {
            var request = HttpRequest.newBuilder(uri).timeout(ASK_LIMIT);
            Optional.ofNullable(plan.properties().get(KeptSecret.PROPERTY))
                    .ifPresent(secret -> request.header(ServiceSecret.HEADER, secret));
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return answer.statusCode() == 200
                    ? Optional.of(JsonMapper.createDefault().readValue(answer.body(), type))
                    : Optional.empty();
        } catch (IOException e) {
            LOG.debug("event=service-not-asked service={} path={}", plan.name(), path, e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    String name() {
        return plan.name();
    }

    int port() {
        return plan.port();
    }

    long pid() {
        return process.pid();
    }

    boolean running() {
        return process.isAlive();
    }

    /** Starts it again where it ended by itself; does not wait until it answers. */
    void restartIfEnded() {
        if (!process.isAlive()) {
            LOG.warn("event=service-restarted service={} status={}", plan.name(), process.exitValue());
            process = launch(plan);
        }
    }

    @Override
    public void close() {
        stop(process.toHandle(), plan.name());
        try {
            Files.deleteIfExists(pidFile(plan));
        } catch (IOException e) {
            LOG.debug("event=pid-file-left service={}", plan.name(), e);
        }
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(plan.host(), plan.port()), Math.toIntExact(ASK_LIMIT.toMillis()));
            return true;
        } catch (IOException e) {
            LOG.trace("not yet", e);
            return false;
        }
    }

    private static boolean answers(HttpClient client, URI health) throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(health)
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            LOG.trace("not yet", e);
            return false;
        }
    }

    private static Process launch(Plan plan) {
        try {
            Files.createDirectories(plan.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make " + plan.folder(), e);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + plan.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        // Failpoints of the crash harness reach the service that they are meant for.
        Optional.ofNullable(System.getProperty("fourfold.failpoint." + plan.name()))
                .ifPresent(point -> command.add("-Dfourfold.failpoint=" + point));
        command.add(MARK + real(plan.folder()));
        command.add("-jar");
        command.add(plan.jar().toString());
        var builder = new ProcessBuilder(command).directory(plan.folder().toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("FOURFOLD_") && !name.startsWith("FOURFOLD_LOG_"));
        plan.properties().forEach((name, value) -> builder.environment().put(environmentName(name), value));
        builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        plan.folder().resolve("service.log").toFile()));
        try {
            Process process = builder.start();
            Path written = plan.folder().resolve(PID_FILE + ".new");
            Files.writeString(written, process.pid() + "\n");
            Files.move(written, pidFile(plan), StandardCopyOption.ATOMIC_MOVE);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + plan.name(), e);
        }
    }

    /** {@code fourfold.postgres.url} as {@code FOURFOLD_POSTGRES_URL}. */
    static String environmentName(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static Path pidFile(Plan plan) {
        return plan.folder().resolve(PID_FILE);
    }

    /**
     * Stops what a killed launcher left running on this data folder, all at once; others take its ports and journals
     * then. A launcher may be killed before it has noted a process, so the command lines tell. The caller holds the
     * folder's lock, so no living launcher owns them.
     */
    static void stopLeftOvers(Path dataDir) {
        String mark = MARK + real(dataDir) + "/";
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            all.forEach(process -> argument(process, mark)
                    .ifPresent(folder -> threads.execute(() -> {
                        String name = folder.substring(mark.length());
                        LOG.info("event=left-over-stopped service={} pid={}", name, process.pid());
                        stop(process, name);
                    })));
        }
    }

    /** The argument of the process that begins so. */
    private static Optional<String> argument(ProcessHandle process, String start) {
        return Stream.of(process.info().arguments().orElse(new String[0]))
                .filter(argument -> argument.startsWith(start))
                .findFirst();
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot use " + folder, e);
        }
    }

    private static void stop(ProcessHandle process, String name) {
        process.destroy();
        try {
            process.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("event=service-killed service={} reason=\"did not stop in time\"", name);
            process.destroyForcibly();
        }
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }
}
