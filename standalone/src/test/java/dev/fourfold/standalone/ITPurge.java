package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A purge whose process dies when one store is done and the next has just heard of it: it goes on after the next start. */
final class ITPurge {

    private static final String MLFLOW = "/api/2.0/mlflow";
    private static final Map<String, String> AT_ONCE = Map.of("FOURFOLD_METADATA_PURGE_SETTLE", "0s");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(100);

    @TempDir
    Path folder;

    @Test
    void purgeThatWasCutShort_goesOn_andNothingComesBack() throws Exception {
        Path data = folder.toRealPath().resolve("data");
        String kept;
        String run;
        String experiment;
        // Two requests with lines, and the third record of that journal is the purge.
        var options = List.of("-Dfourfold.failpoint=logs.after-append:3");
        try (var platform = LaunchedPlatform.up(AT_ONCE, options, data, "--port", "0")) {
            experiment = value(platform.post(MLFLOW + "/experiments/create", "{\"name\":\"purged\"}"), "experiment_id");
            kept = filledRun(platform, experiment);
            run = filledRun(platform, experiment);
            expect(200, platform.post(MLFLOW + "/runs/delete", "{\"run_id\":\"" + run + "\"}"));
            expect(202, purge(platform, run));
            assertThat(platform.exitStatus()).isEqualTo(137);
        }

        try (var platform = LaunchedPlatform.up(AT_ONCE, data, "--port", "0")) {
            expect(404, platform.get(MLFLOW + "/runs/get?run_id=" + run));
            String receipt = awaitReceipt(platform, run);
            assertThat(receipt).contains("\"points\":1,", "\"files\":1,\"bytes\":4}", "\"problem\":null");

            expect(404, platform.post(MLFLOW + "/runs/restore", "{\"run_id\":\"" + run + "\"}"));
            expect(404, logMetric(platform, run));
            expect(404, logLine(platform, run));
            expect(404, put(platform, experiment, run));
            assertThat(expect(200, purge(platform, run))).contains(receipt);
            assertThat(expect(200, platform.get(MLFLOW + "/metrics/get-history?metric_key=m&run_id=" + kept)))
                    .contains("0.5");
            assertThat(expect(200, platform.get("/api/v1/runs/" + kept + "/logs")))
                    .contains("hello");
            try (var files = Files.walk(data.resolve("artifacts"))) {
                assertThat(files.map(Path::toString))
                        .noneMatch(file -> file.contains(run))
                        .anyMatch(file -> file.contains(kept));
            }
        }
    }

    private static String filledRun(LaunchedPlatform platform, String experiment) throws Exception {
        String run = value(
                platform.post(MLFLOW + "/runs/create", "{\"experiment_id\":\"" + experiment + "\",\"start_time\":1}"),
                "run_id");
        expect(200, logMetric(platform, run));
        expect(200, logLine(platform, run));
        expect(200, put(platform, experiment, run));
        return run;
    }

    private static HttpResponse<String> logMetric(LaunchedPlatform platform, String run) throws Exception {
        return platform.post(
                MLFLOW + "/runs/log-metric",
                "{\"run_id\":\"" + run + "\",\"key\":\"m\",\"value\":0.5,\"timestamp\":1700000000000,\"step\":1}");
    }

    private static HttpResponse<String> logLine(LaunchedPlatform platform, String run) throws Exception {
        return platform.post("/api/v1/runs/" + run + "/logs", "[{\"message\":\"hello\"}]");
    }

    private static HttpResponse<String> put(LaunchedPlatform platform, String experiment, String run) throws Exception {
        String path = "/api/2.0/mlflow-artifacts/artifacts/" + experiment + "/" + run + "/artifacts/a.txt";
        return LaunchedPlatform.send(HttpRequest.newBuilder(URI.create(platform.url() + path))
                .PUT(HttpRequest.BodyPublishers.ofString("four")));
    }

    private static HttpResponse<String> purge(LaunchedPlatform platform, String run) throws Exception {
        return platform.post("/api/v1/runs/purge", "{\"run_ids\":[\"" + run + "\"],\"older_than\":\"0s\"}");
    }

    private static String awaitReceipt(LaunchedPlatform platform, String run) throws Exception {
        Instant limit = Instant.now().plus(LIMIT);
        while (true) {
            String purge = expect(200, platform.get("/api/v1/purges/" + run));
            if (purge.contains("\"state\":\"done\"")) {
                return purge;
            }
            assertThat(Instant.now()).as(purge).isBefore(limit);
            Thread.sleep(POLL);
        }
    }

    private static String expect(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    private static String value(HttpResponse<String> answer, String field) {
        return expect(200, answer).replaceAll("(?s).*\"" + field + "\":\"(\\w+)\".*", "$1");
    }
}
