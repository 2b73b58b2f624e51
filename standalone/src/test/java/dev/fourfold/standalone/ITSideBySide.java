package dev.fourfold.standalone;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same generated requests to MLflow's own server and to the gateway, with a second MLflow server as the control:
 * {@code e2e/side_by_side} says what differs. The seed is a new one each time, and printed.
 */
final class ITSideBySide {

    private static final String REQUESTS = System.getProperty("fourfold.side-by-side.requests", "2500");

    @TempDir
    Path folder;

    @Test
    void gateway_answersAsMlflowDoes() throws Exception {
        try (var mlflow = MlflowServer.start(folder.resolve("mlflow"));
                var control = MlflowServer.start(folder.resolve("control"));
                var gateway = LaunchedPlatform.up(folder.resolve("data"), "--port", "0")) {
            PythonProgram.named("side-by-side")
                    .module(
                            "side_by_side",
                            "--mlflow",
                            mlflow.url(),
                            "--control",
                            control.url(),
                            "--gateway",
                            gateway.url(),
                            "--requests",
                            REQUESTS)
                    .succeeds();
        }
    }
}
