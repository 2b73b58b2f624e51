package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.standalone.demo.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite in e2e/, with the real MLflow client, against both forms of the platform, and its door with signing in. */
final class ITEndToEnd {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"one-jvm", "separate"})
    void everyEndToEndTest_passes(String form) throws Exception {
        try (var platform = LaunchedPlatform.up(folder.resolve("data"), options(form))) {
            pytest(form, Map.of("FOURFOLD_URL", platform.url()));
        }
    }

    @Test
    void theDoorAndRuns_whereEverybodySignsIn_pass() throws Exception {
        var hosts = Map.of("FOURFOLD_SECURITY_HOSTS", "127.0.0.1");
        try (var platform = LaunchedPlatform.up(hosts, folder.resolve("data"), "--port", "0", "--host", "0.0.0.0")) {
            var administrator = platform.firstAdministrator();
            var environment = Map.of(
                    "FOURFOLD_URL", platform.url(),
                    "MLFLOW_TRACKING_USERNAME", administrator.name(),
                    "MLFLOW_TRACKING_PASSWORD", administrator.password());
            pytest("signing-in", environment, "test_security.py", "test_runs.py", "test_artifacts.py");
        }
    }

    private static String[] options(String form) {
        return form.equals("separate")
                ? new String[] {"--port", "0", "--separate", "--service-ports", "0"}
                : new String[] {"--port", "0"};
    }

    private static void pytest(String name, Map<String, String> environment, String... files)
            throws IOException, InterruptedException {
        PythonEnvironment python = PythonEnvironment.of(
                        LaunchedPlatform.HOME,
                        LaunchedPlatform.HOME.resolve("e2e/requirements.txt"),
                        System.out::println)
                .orElseThrow(() -> new AssertionError("The end-to-end tests need Python 3.10 with venv"));
        Path log = Path.of("target/e2e-" + name + ".log").toAbsolutePath();
        var command = new ArrayList<>(
                List.of(python.python().toString(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"));
        command.addAll(List.of(files));
        var builder = new ProcessBuilder(command)
                .directory(LaunchedPlatform.HOME.resolve("e2e").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        int status = builder.start().waitFor();
        List<String> lines = Files.readAllLines(log);
        lines.subList(Math.max(0, lines.size() - (status == 0 ? 3 : 120)), lines.size())
                .forEach(System.out::println);
        assertThat(status).as("pytest's exit status; see %s", log).isZero();
    }
}
