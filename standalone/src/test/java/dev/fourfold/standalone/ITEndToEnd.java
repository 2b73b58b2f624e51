package dev.fourfold.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite in e2e/, with the real MLflow client, against both forms of the platform, and its door with signing in. */
final class ITEndToEnd {

    @TempDir
    Path folder;

    @Test
    void oneJvm_passes() throws Exception {
        try (var platform = LaunchedPlatform.up(folder.resolve("data"), "--port", "0")) {
            // The many runs of one experiment take minutes: once is enough.
            pytest("one-jvm", Map.of("FOURFOLD_URL", platform.url(), "E2E_RUNS", "20000"));
        }
    }

    @Test
    void separateProcesses_pass_andAnotherGatewayShowsTheSame() throws Exception {
        String[] separate = {"--port", "0", "--separate", "--service-ports", "0"};
        try (var platform = LaunchedPlatform.up(folder.resolve("data"), separate);
                var second = SecondGateway.beside(platform)) {
            var environment =
                    Map.of("FOURFOLD_URL", platform.url(), "FOURFOLD_SECOND_URL", second.url(), "E2E_RUNS", "1000");
            pytest("separate", environment);
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

    private static void pytest(String name, Map<String, String> environment, String... files)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("pytest", "-q", "-p", "no:cacheprovider", "--color=no"));
        arguments.addAll(List.of(files));
        PythonProgram.named(name)
                .with(environment)
                .module(arguments.toArray(String[]::new))
                .succeeds();
    }
}
