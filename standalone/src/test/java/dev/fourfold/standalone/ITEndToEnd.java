package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.S3Store;
import dev.fourfold.embedded.TemporaryStores;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The suite in e2e/, with the real MLflow client, against both forms of the platform, and its door with signing in, where
 * the tests of sdk/python run too.
 */
final class ITEndToEnd {

    /** What it wrote would be told to nobody, so nothing may be written by it: it marks no silent run, either. */
    private static final Map<String, String> READER_WITHOUT_CACHE = Map.of(
            "FOURFOLD_CACHE_ENABLED", "false",
            "FOURFOLD_HEARTS_INTERVAL", "1h",
            "FOURFOLD_HEARTS_COMPARE", "1h");

    @TempDir
    Path folder;

    @Test
    void oneJvm_passes() throws Exception {
        try (var platform = LaunchedPlatform.up(
                folder.resolve("data"),
                "--port",
                "0",
                "--mlflow-ui",
                PythonProgram.mlflowPage().toString())) {
            // By default 2,000. 20,000 take minutes, and are for a run by hand: e2e/README.md.
            pytest("one-jvm", Map.of("FOURFOLD_URL", platform.url(), "E2E_RUNS", "4000", "E2E_DATA_DIR", dataDir()));
        }
    }

    @Test
    void separateProcesses_pass_andAnotherGatewayShowsTheSame() throws Exception {
        String page = PythonProgram.mlflowPage().toString();
        String[] separate = {"--port", "0", "--separate", "--service-ports", "0", "--mlflow-ui", page};
        try (var platform = LaunchedPlatform.up(folder.resolve("data"), separate);
                var second = SecondGateway.beside(platform);
                var uncached = SecondGateway.beside(platform, READER_WITHOUT_CACHE)) {
            var environment = Map.of(
                    "FOURFOLD_URL",
                    platform.url(),
                    "FOURFOLD_SECOND_URL",
                    second.url(),
                    "FOURFOLD_UNCACHED_URL",
                    uncached.url(),
                    "E2E_RUNS",
                    "1000",
                    "E2E_DATA_DIR",
                    dataDir());
            pytest("separate", environment);
        }
    }

    @Test
    void theDoorRunsAndThePythonSdk_whereEverybodySignsIn_pass() throws Exception {
        var hosts = Map.of("FOURFOLD_SECURITY_HOSTS", "127.0.0.1");
        String page = PythonProgram.mlflowPage().toString();
        String[] open = {"--port", "0", "--host", "0.0.0.0", "--mlflow-ui", page};
        try (var platform = LaunchedPlatform.up(hosts, folder.resolve("data"), open)) {
            var administrator = platform.firstAdministrator();
            var environment = Map.of(
                    "FOURFOLD_URL", platform.url(),
                    "MLFLOW_TRACKING_USERNAME", administrator.name(),
                    "MLFLOW_TRACKING_PASSWORD", administrator.password());
            pytest(
                    "signing-in",
                    environment,
                    "test_security.py",
                    "test_runs.py",
                    "test_artifacts.py",
                    "test_grafana.py",
                    "test_openapi.py",
                    "test_page_sign_in.py");
            pythonSdk(environment);
        }
    }

    @Test
    void signingIn_overTwoGateways_passes() throws Exception {
        Map<String, String> required = Map.of(
                "FOURFOLD_SECURITY_SIGN_IN", "required",
                "FOURFOLD_SECURITY_HOSTS", "127.0.0.1",
                "FOURFOLD_LOG_FORMAT", "json",
                "FOURFOLD_LOG_LEVEL", "TRACE");
        Path data = folder.resolve("data");
        String[] separate = {"--port", "0", "--separate", "--service-ports", "0"};
        try (var platform = LaunchedPlatform.up(required, data, separate);
                var second = SecondGateway.beside(platform, required)) {
            var administrator = LaunchedPlatform.firstAdministrator(data);
            var environment = Map.of(
                    "FOURFOLD_URL", platform.url(),
                    "FOURFOLD_SECOND_URL", second.url(),
                    "MLFLOW_TRACKING_USERNAME", administrator.name(),
                    "MLFLOW_TRACKING_PASSWORD", administrator.password(),
                    "E2E_DATA_DIR", dataDir(),
                    "E2E_LOGS", dataDir());
            pytest("two-doors", environment, "test_request_ids.py", "test_sign_in.py");
            noSecretIsIn(logs(data, platform, second), data);
        }
    }

    /** What all processes of ours and all stores said. */
    private static Map<String, String> logs(Path data, LaunchedPlatform platform, ServerProcess second)
            throws IOException {
        var logs = new HashMap<>(Map.of("up", platform.printed(), "second gateway", second.printed()));
        Files.walkFileTree(data, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (file.toString().endsWith(".log")) {
                    logs.put(data.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // Of a store, which works on.
                }
                throw failure;
            }
        });
        assertThat(logs).containsKeys("metadata-svc/service.log", "gateway/service.log", "redis/server.log");
        assertThat(logs.get("gateway/service.log"))
                .contains("\"log.level\":\"DEBUG\""); // So it says all that it ever may.
        return logs;
    }

    private static void noSecretIsIn(Map<String, String> logs, Path data) throws IOException {
        var secrets = new ArrayList<>(List.of("correct horse battery staple", "fourfold_session="));
        for (String kept : List.of("service.secret", "postgresql/password", "redis/password", "influxdb/password")) {
            secrets.add(Files.readString(data.resolve(kept)).strip());
        }
        var token = Pattern.compile("ffs?_[A-Za-z0-9_-]{43}");
        var basic = Pattern.compile("(?i)basic [a-z0-9+/]{8}");
        logs.forEach((log, said) -> {
            for (String secret : secrets) {
                assertThat(said.contains(secret))
                        .as("%s has a secret that ends in %s", log, secret.substring(secret.length() - 4))
                        .isFalse();
            }
            assertThat(token.matcher(said).find()).as("%s has a token", log).isFalse();
            assertThat(basic.matcher(said).find()).as("%s has credentials", log).isFalse();
        });
    }

    @Test
    void artifactsInS3_pass() throws Exception {
        S3Store store = TemporaryStores.s3();
        String bucket = "e2e-" + UUID.randomUUID();
        var credentials = AwsBasicCredentials.create(S3Store.ACCESS_KEY, store.secretKey());
        try (var s3 = S3Client.builder()
                .endpointOverride(URI.create(store.url()))
                .region(Region.of(S3Store.REGION))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build()) {
            s3.createBucket(make -> make.bucket(bucket));
        }
        var settings = Map.of(
                "FOURFOLD_S3_URL",
                "s3://" + bucket + "/a/prefix",
                "FOURFOLD_S3_ENDPOINT",
                store.url(),
                "FOURFOLD_S3_ACCESS_KEY",
                S3Store.ACCESS_KEY,
                "FOURFOLD_S3_SECRET_KEY",
                store.secretKey());
        String[] separate = {"--port", "0", "--separate", "--service-ports", "0"};
        try (var platform = LaunchedPlatform.up(settings, folder.resolve("data"), separate)) {
            var environment = Map.of("FOURFOLD_URL", platform.url(), "E2E_STORE", "s3");
            pytest("s3", environment, "test_artifacts.py");
        }
        assertThat(folder.resolve("data/artifacts")).doesNotExist();
    }

    private String dataDir() {
        return folder.resolve("data").toString();
    }

    /** Installs the package as a user does, but for the network, and runs its tests with what was installed. */
    private void pythonSdk(Map<String, String> environment) throws IOException, InterruptedException {
        Path sdk = LaunchedPlatform.HOME.resolve("sdk/python");
        String installed = folder.resolve("sdk").toString();
        PythonProgram.named("sdk-install")
                .module(
                        "pip",
                        "install",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--no-index",
                        "--no-build-isolation",
                        "--target",
                        installed,
                        sdk.toString())
                .succeeds();
        var variables = new HashMap<>(environment);
        variables.put("PYTHONPATH", installed);
        pytest("sdk", variables, sdk.toString());
    }

    private static void pytest(String name, Map<String, String> environment, String... files)
            throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("pytest", "-q", "-p", "no:cacheprovider", "--color=no", "--durations=20"));
        arguments.addAll(List.of(files));
        PythonProgram.named(name)
                .with(environment)
                .module(arguments.toArray(String[]::new))
                .succeeds();
    }
}
