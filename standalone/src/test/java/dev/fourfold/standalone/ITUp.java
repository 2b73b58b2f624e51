package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code fourfold up} promises about starting, stopping and starting again. */
final class ITUp {

    private static final String CREATE = "/api/2.0/mlflow/experiments/create";
    private static final String BY_NAME = "/api/2.0/mlflow/experiments/get-by-name?experiment_name=";

    @TempDir
    Path folder;

    @Test
    void data_isThereAfterACleanStopAndAfterAKill() throws Exception {
        Path data = folder.resolve("data");
        try (var first = LaunchedPlatform.up(data, "--port", "0")) {
            assertThat(first.post(CREATE, "{\"name\": \"kept\"}").statusCode()).isEqualTo(200);
            assertThat(first.printed()).contains("data folder  " + data, "PostgreSQL 18", "InfluxDB", "Redis");
        }
        var second = LaunchedPlatform.up(data, "--port", "0");
        assertThat(second.get(BY_NAME + "kept").statusCode()).isEqualTo(200);
        assertThat(second.post(CREATE, "{\"name\": \"kept too\"}").statusCode()).isEqualTo(200);
        second.process().destroyForcibly().waitFor();
        // The stores outlive the killed launcher; the next start takes the folder over all the same.
        try (var third = LaunchedPlatform.up(data, "--port", "0")) {
            assertThat(third.get(BY_NAME + "kept").statusCode()).isEqualTo(200);
            assertThat(third.get(BY_NAME + "kept%20too").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSecondOneOnTheSameFolder_isRefused() throws Exception {
        Path data = folder.resolve("data");
        try (var first = LaunchedPlatform.up(data, "--port", "0")) {
            var second = LaunchedPlatform.launch(Map.of(), data, "--port", "0");
            assertThat(second.exitStatus()).isEqualTo(1);
            assertThat(second.printed())
                    .contains(data.toString(), Long.toString(first.process().pid()));
            assertThat(first.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aFormatOfTheLogThatThereIsNot_isRefused() throws Exception {
        var platform =
                LaunchedPlatform.launch(Map.of("FOURFOLD_LOG_FORMAT", "xml"), folder.resolve("data"), "--port", "0");
        assertThat(platform.exitStatus()).isEqualTo(1);
        assertThat(platform.printed()).contains("FOURFOLD_LOG_FORMAT is 'xml', but must be text or json");
    }

    @Test
    void aTakenPort_isRefused() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var platform = LaunchedPlatform.launch(
                    Map.of(), folder.resolve("data"), "--port", Integer.toString(taken.getLocalPort()));
            assertThat(platform.exitStatus()).isEqualTo(1);
            assertThat(platform.printed())
                    .contains("Port " + taken.getLocalPort(), "is taken", "--port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void separate_runsEachServiceInAProcessOfItsOwn() throws Exception {
        try (var platform =
                LaunchedPlatform.up(folder.resolve("data"), "--port", "0", "--separate", "--service-ports", "0")) {
            List<String> services = List.of(
                    "metadata-svc.jar",
                    "metrics-svc.jar",
                    "logs-svc.jar",
                    "cache-svc.jar",
                    "artifacts-svc.jar",
                    "gateway.jar");
            List<String> running = platform.process()
                    .descendants()
                    .flatMap(child ->
                            Optional.ofNullable(child.info().arguments().orElse(null)).stream())
                    .flatMap(arguments -> List.of(arguments).stream())
                    .filter(argument -> argument.endsWith(".jar"))
                    .map(argument -> argument.substring(argument.lastIndexOf('/') + 1))
                    .toList();
            assertThat(running).containsExactlyInAnyOrderElementsOf(services);
            assertThat(platform.post(CREATE, "{\"name\": \"apart\"}").statusCode())
                    .isEqualTo(200);
            assertThat(platform.get(BY_NAME + "apart").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void separate_servicesOfAKilledLauncher_areStoppedWhateverWasNotedOfThem() throws Exception {
        Path data = folder.resolve("data");
        String[] options = {"--port", "0", "--separate", "--service-ports", "0"};
        var first = LaunchedPlatform.up(data, options);
        assertThat(first.post(CREATE, "{\"name\": \"kept\"}").statusCode()).isEqualTo(200);
        List<ProcessHandle> services = first.process()
                .children()
                .filter(child -> Files.exists(Path.of("/proc", Long.toString(child.pid()), "cwd", "service.pid")))
                .toList();
        assertThat(services).hasSize(6);
        first.process().destroyForcibly().waitFor();
        // It may be killed while it notes a process, or before.
        Files.writeString(data.resolve("logs-svc/service.pid"), "");
        Files.delete(data.resolve("metrics-svc/service.pid"));
        try (var second = LaunchedPlatform.up(data, options)) {
            assertThat(services).noneMatch(ProcessHandle::isAlive);
            assertThat(second.get(BY_NAME + "kept").statusCode()).isEqualTo(200);
        } finally {
            services.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void anotherHost_requiresSigningIn() throws Exception {
        try (var platform = LaunchedPlatform.up(folder.resolve("data"), "--port", "0", "--host", "0.0.0.0")) {
            var administrator = platform.firstAdministrator();
            assertThat(platform.get("/health").statusCode()).isEqualTo(200);
            var stranger = platform.post(CREATE, "{\"name\": \"mine\"}");
            assertThat(stranger.statusCode()).isEqualTo(401);
            assertThat(stranger.body()).contains("UNAUTHENTICATED");
            assertThat(stranger.headers().firstValue("WWW-Authenticate")).isPresent();
            assertThat(create(platform, administrator.name(), "guess").statusCode())
                    .isEqualTo(401);
            assertThat(create(platform, administrator.name(), administrator.password())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static HttpResponse<String> create(LaunchedPlatform platform, String user, String password)
            throws Exception {
        String credentials =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return LaunchedPlatform.send(HttpRequest.newBuilder(URI.create(platform.url() + CREATE))
                .header("Content-Type", "application/json")
                .header("Authorization", "Basic " + credentials)
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"mine\"}")));
    }
}
