package dev.fourfold.standalone;

import dev.fourfold.embedded.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** MLflow's own server, from PyPI, without its gateway to language models. */
final class MlflowServer {

    private MlflowServer() {}

    /** Starts one on fresh data in this folder. */
    static ServerProcess start(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        int port = Ports.claim("mlflow", 0);
        PythonProgram program = PythonProgram.named("mlflow-" + folder.getFileName())
                .with(Map.of("MLFLOW_ENABLE_AI_GATEWAY", "false"))
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
        return ServerProcess.awaited(program.starts(), port, program.log());
    }
}
