package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.embedded.PrometheusServer;
import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.standalone.demo.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in deploy/ keeps to its rules, and what its manifests start starts. */
final class ITDeployment {

    private static final Path DEPLOY = LaunchedPlatform.HOME.resolve("deploy");
    private static final Path CHECKS = DEPLOY.resolve("check");

    /** In the order in which starting.py gives them addresses. */
    private static final List<String> PODS =
            List.of("metadata-svc", "metrics-svc", "logs-svc", "cache-svc", "artifacts-svc", "gateway");

    @TempDir
    Path folder;

    @Test
    void manifestsAndImages_keepToTheirRules() throws Exception {
        python("deploy-rules", Map.of(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", ".");
    }

    @Test
    void alerts_fireForTheirCauses_andForNothingElse() throws Exception {
        PrometheusServer.testRules(DEPLOY.resolve("prometheus/alerts-test.yaml"), System.out::println);
    }

    @Test
    void everyPodOfTheManifests_startsAndIsReady_alsoWithAStoreAway_andIsScraped() throws Exception {
        var postgres = TemporaryStores.postgres();
        var influx = TemporaryStores.influx();
        var redis = TemporaryStores.redis();
        var outside = new HashMap<>(Map.ofEntries(
                Map.entry("JAVA_HOME", System.getProperty("java.home")),
                Map.entry("STORE_POSTGRESQL", at(postgres)),
                Map.entry("STORE_INFLUXDB", at(influx)),
                Map.entry("PID_REDIS", Long.toString(redis.pid().orElseThrow())),
                Map.entry("PID_INFLUXDB", Long.toString(influx.pid().orElseThrow())),
                Map.entry("SECRET_FOURFOLD_SERVICES_SECRET", UUID.randomUUID().toString()),
                Map.entry("SECRET_FOURFOLD_POSTGRES_USERNAME", postgres.user()),
                Map.entry("SECRET_FOURFOLD_POSTGRES_PASSWORD", postgres.password()),
                Map.entry("SECRET_FOURFOLD_INFLUXDB_USERNAME", influx.user()),
                Map.entry("SECRET_FOURFOLD_INFLUXDB_PASSWORD", influx.password()),
                Map.entry("SECRET_FOURFOLD_REDIS_URL", redis.url()),
                Map.entry("SECRET_FOURFOLD_MONGODB_URL", TemporaryStores.mongo().url())));
        var jobs = new LinkedHashMap<String, String>();
        for (String pod : PODS) {
            jobs.put("fourfold-" + pod, "127.42.0." + (jobs.size() + 1) + ":5100");
        }
        var rules = List.of(DEPLOY.resolve("prometheus/rules.yaml"));
        try (var prometheus = PrometheusServer.start(folder.resolve("prometheus"), jobs, rules, System.out::println)) {
            outside.put("PROMETHEUS", prometheus.url());
            python("deploy-pods", outside, "starting.py", folder.resolve("pods").toString());
        }
    }

    private static String at(EmbeddedStore store) {
        return EmbeddedStore.HOST + ":" + store.port();
    }

    private static void python(String name, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        var environment = PythonEnvironment.of(
                        LaunchedPlatform.HOME, CHECKS.resolve("requirements.txt"), System.out::println)
                .orElseThrow(() -> new AssertionError("The checks of deploy/ need Python 3.10 with venv"));
        var command = new ArrayList<>(List.of(environment.python().toString()));
        command.addAll(List.of(arguments));
        Path log = Path.of("target/" + name + ".log").toAbsolutePath();
        var builder = new ProcessBuilder(command)
                .directory(CHECKS.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(variables);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        int status = builder.start().waitFor();
        String printed = Files.readString(log);
        assertThat(status).as("%s:%n%s", log, printed).isZero();
        System.out.println(printed);
    }
}
