package dev.fourfold.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITInfluxStore {

    @TempDir
    Path parent;

    private static InfluxBinary binary() {
        return InfluxBinary.find(null, line -> {}).orElseThrow();
    }

    private static HttpResponse<String> post(InfluxStore store, String password, String path, String body, String type)
            throws IOException, InterruptedException {
        var credentials = (store.user() + ":" + password).getBytes(StandardCharsets.UTF_8);
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(store.url() + path))
                            .header(
                                    "Authorization",
                                    "Basic " + Base64.getEncoder().encodeToString(credentials))
                            .header("Content-Type", type)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String query(InfluxStore store, String statement) throws IOException, InterruptedException {
        var answer = post(
                store,
                store.password(),
                "/query?db=kept",
                "q=" + URLEncoder.encode(statement, StandardCharsets.UTF_8),
                "application/x-www-form-urlencoded");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static void write(InfluxStore store, String line) throws IOException, InterruptedException {
        query(store, "CREATE DATABASE kept");
        assertThat(post(store, store.password(), "/write?db=kept", line, "text/plain")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void data_survivesACleanStop() throws Exception {
        var folder = parent.resolve("store");
        try (var store = InfluxStore.start(folder, 0, binary())) {
            write(store, "loss,run=a value=7.5 1000");
        }
        try (var store = InfluxStore.start(folder, 0, binary())) {
            assertThat(query(store, "SELECT value FROM loss")).contains("7.5");
        }
    }

    @Test
    void data_survivesAKilledServer() throws Exception {
        try (var store = InfluxStore.start(parent.resolve("store"), 0, binary())) {
            var pid = store.pid().orElseThrow();
            write(store, "loss,run=a value=7.5 1000");
            Kill.now(pid);

            store.restart();

            assertThat(query(store, "SELECT value FROM loss")).contains("7.5");
        }
    }

    @Test
    void server_asksForThePassword_andHasTheSeriesIndexOnDisk() throws Exception {
        try (var store = InfluxStore.start(parent.resolve("store"), 0, binary())) {
            assertThat(post(store, "wrong", "/query", "q=SHOW+DATABASES", "application/x-www-form-urlencoded")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(store.version()).isEqualTo("1.8.10");
            write(store, "loss,run=a value=7.5 1000");
            try (var files = Files.walk(store.folder().resolve("data/data/kept"))) {
                assertThat(files).anyMatch(file -> file.toString().endsWith(".tsl"));
            }
        }
    }

    @Test
    void bodyOverTheUsualLimit_isTaken() throws Exception {
        try (var store = InfluxStore.start(parent.resolve("store"), 0, binary())) {
            var lines = new StringBuilder();
            for (var i = 0; i < 600_000; i++) {
                lines.append("loss,run=a value=").append(i).append("i,text=\"0123456789012345678901234\" ");
                lines.append(i).append('\n');
            }
            assertThat(lines.length()).isGreaterThan(25_000_000);
            write(store, lines.toString());
            assertThat(query(store, "SELECT count(value) FROM loss")).contains("600000");
        }
    }
}
