package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code fourfold up} as a user starts it: a process of its own, known by what it prints. */
public final class LaunchedPlatform implements AutoCloseable {

    // With the last line of the summary: what is said of the services stands between the two.
    private static final Pattern READY =
            Pattern.compile("(?ms)^Fourfold is ready at (\\S+) after.*^Stop with Ctrl-C\\.$");
    private static final Pattern ADMINISTRATOR = Pattern.compile("administrator is '(\\S+)' with the password (\\S+) ");
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(100);

    /** The repository. */
    public static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private final Process process;
    private final Path output;
    private final Path dataDir;

    private LaunchedPlatform(Process process, Path output, Path dataDir) {
        this.process = process;
        this.output = output;
        this.dataDir = dataDir;
    }

    /** Starts it and waits until it says that it is ready. */
    public static LaunchedPlatform up(Path dataDir, String... options) throws IOException, InterruptedException {
        return up(Map.of(), dataDir, options);
    }

    /** The same with these environment variables on top. */
    public static LaunchedPlatform up(Map<String, String> environment, Path dataDir, String... options)
            throws IOException, InterruptedException {
        return up(environment, List.of(), dataDir, options);
    }

    /** The same with these options of the launcher's JVM on top. */
    public static LaunchedPlatform up(
            Map<String, String> environment, List<String> jvmOptions, Path dataDir, String... options)
            throws IOException, InterruptedException {
        var platform = launch(environment, jvmOptions, dataDir, options);
        try {
            platform.url();
            return platform;
        } catch (AssertionError | InterruptedException e) {
            platform.process.destroyForcibly();
            throw e;
        }
    }

    /** Starts it and does not wait. */
    static LaunchedPlatform launch(Map<String, String> environment, Path dataDir, String... options)
            throws IOException {
        return launch(environment, List.of(), dataDir, options);
    }

    private static LaunchedPlatform launch(
            Map<String, String> environment, List<String> jvmOptions, Path dataDir, String... options)
            throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dfourfold.home=" + HOME));
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-jar",
                HOME.resolve("standalone/target/standalone.jar").toString(),
                "up",
                "--data-dir",
                dataDir.toString()));
        command.addAll(List.of(options));
        Files.createDirectories(dataDir.getParent());
        Path output = Files.createTempFile(dataDir.getParent(), "up-", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8"); // As the script sees to.
        builder.environment().putAll(environment);
        return new LaunchedPlatform(builder.start(), output, dataDir);
    }

    /** The gateway's address, once it is ready. */
    public String url() throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(START_LIMIT);
        while (true) {
            Matcher ready = READY.matcher(printed());
            if (ready.find()) {
                return ready.group(1);
            }
            assertThat(process.isAlive()).as("fourfold up ended: %s", printed()).isTrue();
            assertThat(Instant.now()).as("not ready: %s", printed()).isBefore(limit);
            Thread.sleep(POLL);
        }
    }

    /** All that it printed so far. */
    public String printed() throws IOException {
        return Files.readString(output);
    }

    /** What its separate processes know each other by. */
    String serviceSecret() throws IOException {
        return Files.readString(dataDir.resolve("service.secret")).strip();
    }

    /** Who it said may sign in first. */
    Administrator firstAdministrator() throws IOException {
        return administrator(printed());
    }

    /** Who a gateway that is a process of its own said may sign in first. */
    static Administrator firstAdministrator(Path dataDir) throws IOException {
        return administrator(Files.readString(dataDir.resolve("gateway/service.log")));
    }

    private static Administrator administrator(String printed) {
        Matcher told = ADMINISTRATOR.matcher(printed);
        assertThat(told.find()).as(printed).isTrue();
        return new Administrator(told.group(1), told.group(2));
    }

    /** An administrator's name and password. */
    record Administrator(String name, String password) {}

    /** The launcher. */
    public Process process() {
        return process;
    }

    /** Waits for its end and gives the exit status. */
    int exitStatus() throws InterruptedException {
        assertThat(process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("fourfold up ends")
                .isTrue();
        return process.exitValue();
    }

    /** A GET at the gateway. */
    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url() + path)).GET());
    }

    /** A POST of JSON at the gateway. */
    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Asks it to stop, as Ctrl-C does, and waits. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("fourfold up did not stop within " + STOP_LIMIT);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
