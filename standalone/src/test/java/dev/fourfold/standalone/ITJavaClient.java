package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.standalone.demo.PythonEnvironment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program in examples/java, with MLflow's own Java client, in a JVM of its own. It compares what it reads with what
 * it wrote, and ends with status 1 where that differs.
 */
final class ITJavaClient {

    private static final Path PROGRAM = LaunchedPlatform.HOME.resolve("examples/java/target/java-example.jar");
    private static final Pattern SECRET = Pattern.compile("\"secret\" ?: ?\"([^\"]+)\"");

    @TempDir
    Path folder;

    @Test
    void program_readsBackWhatItWrote_itsFilesOverRest() throws Exception {
        try (var platform = LaunchedPlatform.up(folder.resolve("data"), "--port", "0")) {
            Ended ended = run("rest", Map.of("MLFLOW_TRACKING_URI", platform.url()));
            assertThat(ended.printed()).contains("Files go over REST");
            assertAllIsAsWritten(ended);
        }
    }

    @Test
    void program_whereEverybodySignsIn_readsBackWhatItWrote_orIsTurnedAway() throws Exception {
        var hosts = Map.of("FOURFOLD_SECURITY_HOSTS", "127.0.0.1");
        try (var platform = LaunchedPlatform.up(hosts, folder.resolve("data"), "--port", "0", "--host", "0.0.0.0")) {
            var administrator = platform.firstAdministrator();

            Ended withPassword = run(
                    "password",
                    Map.of(
                            "MLFLOW_TRACKING_URI",
                            platform.url(),
                            "MLFLOW_TRACKING_USERNAME",
                            administrator.name(),
                            "MLFLOW_TRACKING_PASSWORD",
                            administrator.password(),
                            "MLFLOW_PYTHON_EXECUTABLE",
                            interpreter().toString()));
            assertThat(withPassword.printed()).contains("Files go through the client's Python program");
            assertAllIsAsWritten(withPassword);

            Ended withToken = run(
                    "token",
                    Map.of(
                            "MLFLOW_TRACKING_URI",
                            platform.url(),
                            "MLFLOW_TRACKING_TOKEN",
                            token(platform, administrator)));
            assertAllIsAsWritten(withToken);

            Ended stranger = run("stranger", Map.of("MLFLOW_TRACKING_URI", platform.url()));
            assertThat(stranger.status()).as(stranger.printed()).isEqualTo(1);
            assertThat(stranger.printed()).contains("401");
        }
    }

    private static void assertAllIsAsWritten(Ended ended) {
        assertThat(ended.status()).as(ended.printed()).isZero();
        assertThat(ended.printed())
                .contains("The training", "Runs", "Experiments", "The model registry", "All is as written.")
                .doesNotContain("NOT AS WRITTEN");
    }

    /** What the program printed, and how it ended. */
    private record Ended(int status, String printed) {}

    private Ended run(String name, Map<String, String> environment) throws IOException, InterruptedException {
        assertThat(PROGRAM).as("built with everything else").exists();
        Path output = folder.resolve(name + ".log");
        var builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--sun-misc-unsafe-memory-access=allow", // For the client's copy of protobuf.
                        "-Dstdout.encoding=UTF-8",
                        "-jar",
                        PROGRAM.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("MLFLOW_"));
        builder.environment().putAll(environment);
        int status = builder.start().waitFor();
        return new Ended(status, Files.readString(output));
    }

    /** One that has the mlflow package: the client starts it for files. */
    private static Path interpreter() throws InterruptedException {
        Path requirements = LaunchedPlatform.HOME.resolve("e2e/requirements.txt");
        return PythonEnvironment.of(LaunchedPlatform.HOME, requirements, System.out::println)
                .orElseThrow(() -> new AssertionError("The Java client needs Python 3.10 with venv for files"))
                .python();
    }

    private static String token(LaunchedPlatform platform, LaunchedPlatform.Administrator administrator)
            throws IOException, InterruptedException {
        byte[] pair = (administrator.name() + ":" + administrator.password()).getBytes(StandardCharsets.UTF_8);
        var answer = LaunchedPlatform.send(
                HttpRequest.newBuilder(URI.create(platform.url() + "/api/v1/users/" + administrator.name() + "/tokens"))
                        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"label\": \"java\"}")));
        Matcher secret = SECRET.matcher(answer.body());
        assertThat(secret.find())
                .as("%s %s", answer.statusCode(), answer.body())
                .isTrue();
        return secret.group(1);
    }
}
