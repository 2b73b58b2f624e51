package dev.fourfold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.fakes.FakeMetrics;
import dev.fourfold.gateway.fakes.FakeRuns;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no ordinary client sends, and what the framework itself refuses. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class OddRequestsTest {

    private static final String CREATE = Door.API + "/experiments/create";

    private final Door door;
    private final FakeRuns runs;
    private final FakeMetrics metrics;

    OddRequestsTest(Door door, FakeRuns runs, FakeMetrics metrics) {
        this.door = door;
        this.runs = runs;
        this.metrics = metrics;
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/2.0/mlflow/nope, 404",
        "POST, /api/2.0/mlflow/nope, 404",
        "GET, /nope, 404",
        "POST, /api/3.0/mlflow/traces, 404",
        "POST, /api/2.0/mlflow/experiments/search-datasets, 404",
        "POST, /api/2.0/mlflow/experiments/get, 405",
        "GET, /api/2.0/mlflow/runs/create, 405",
        "GET, /api/2.0/mlflow/runs/search, 405",
        "GET, /api/2.0/mlflow/logged-models, 405",
        "GET, /api/2.0/mlflow/runs/log-inputs, 405",
        "DELETE, /api/2.0/mlflow/runs/get, 405"
    })
    void route_unknownOrOfAnotherMethod_isAnHtmlPage(String method, String path, int status) {
        var answer = door.send(HttpRequest.newBuilder(door.uri(path))
                .header("Content-Type", "application/json")
                .header("Accept", "*/*")
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("{}")
                                : HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(answer.body()).startsWith("<!doctype html>\n<html lang=en>\n<title>" + status);
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    }

    @Test
    void accept_ofAnyKind_isNotAskedFor() {
        var answer = door.send(HttpRequest.newBuilder(door.uri(Door.API + "/experiments/get?experiment_id=0"))
                .header("Accept", "text/html"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, Bad Request. Content-Type must be one of ['application/json'].",
        "application/x-www-form-urlencoded, Bad Request. Content-Type must be one of ['application/json'].",
        "multipart/form-data; boundary=x, Bad Request. Content-Type must be one of ['application/json'].",
        "rubbish, Bad Request. Content-Type must be one of ['application/json'].",
        ", Bad Request. Content-Type header is missing."
    })
    void contentType_otherThanJson_isRefusedInMlflowsWords(
            @org.jspecify.annotations.Nullable String type, String message) {
        var request =
                HttpRequest.newBuilder(door.uri(CREATE)).POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"x\"}"));
        if (type != null) {
            request.header("Content-Type", type);
        }
        var answer = door.send(request);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void body_withCharset_isRead() {
        var answer = door.send(HttpRequest.newBuilder(door.uri(CREATE))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"charset\"}")));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void json_tooDeep_isRefusedFast() {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        assertRefused("{\"name\":" + deep + "}");
        assertRefused("{\"x\":" + deep + ",\"name\":\"deep\"}");
        assertRefused("{\"x\":" + "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000) + "}");
        assertThat(door.post(CREATE, "{\"name\":\"deep-500\",\"x\":" + "[".repeat(500) + "]".repeat(500) + "}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void json_ofBrokenText_isRefused() {
        assertThat(door.post(CREATE, "{\"name\":\"\u00ff\u00fe\"}".getBytes(StandardCharsets.ISO_8859_1))
                        .statusCode())
                .isEqualTo(400);
        assertThat(door.post(CREATE, new byte[] {
                            '{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'
                        })
                        .statusCode())
                .isEqualTo(400);
        assertRefused("{\"name\":\"\\udc00\"}");
        assertRefused("{\"name\":\"\\u0000\"}");
        assertThat(door.get(Door.API + "/experiments/get-by-name?experiment_name=%00")
                        .statusCode())
                .isEqualTo(400);
        assertRefused("{\"name\":\"a\",\"x\":" + "9".repeat(100_000) + "}");
    }

    @Test
    void body_gzipped_isUnpackedUpToTheLimit() throws IOException {
        assertThat(gzipped("{\"name\":\"packed\"}".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(200);
        assertThat(gzipped(new byte[200_000_000]).statusCode()).isEqualTo(413);
        var rubbish = door.send(HttpRequest.newBuilder(door.uri(CREATE))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(rubbish.statusCode()).isEqualTo(400);
    }

    @Test
    void body_tooLarge_isRefusedWithoutBeingRead() {
        var chunked = door.send(HttpRequest.newBuilder(door.uri(CREATE))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(new byte[17 * 1024 * 1024]))));
        assertThat(chunked.statusCode()).isEqualTo(413);
        String announced = door.raw("POST " + CREATE
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n"
                + "Connection: close\r\n\r\n{");
        assertThat(announced).startsWith("HTTP/1.1 413 ").contains("over the limit of 16777216 bytes");
        assertThat(door.post(CREATE, "{\"name\":\"largest\",\"x\":\"" + "x".repeat(15_000_000) + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void datasets_mayBeLargerThanABatch() {
        String inputs = Door.API + "/runs/log-inputs";
        String run = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
        String body = "{\"run_id\":\"%s\",\"datasets\":[{\"dataset\":{\"name\":\"d\",\"profile\":\"%s\"}}]}"
                .formatted(run, "x".repeat(16_777_215));
        assertThat(door.post(inputs, body).statusCode()).isEqualTo(200);
        String announced = door.raw("POST " + inputs
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 33554433\r\n"
                + "Connection: close\r\n\r\n{");
        assertThat(announced).startsWith("HTTP/1.1 413 ").contains("over the limit of 33554432 bytes");
    }

    @Test
    void requestLine_upTo64KiB_isTaken() {
        String ids = "run_id=" + "0".repeat(60_000);
        assertThat(door.get(Door.API + "/runs/get?" + ids).statusCode()).isEqualTo(404);
        assertThat(door.get(Door.API + "/runs/get?run_id=" + "0".repeat(70_000)).statusCode())
                .isBetween(400, 414);
    }

    @Test
    void requestId_given_isGivenBack() {
        var answer = door.send(HttpRequest.newBuilder(door.uri("/health")).header("X-Request-Id", "abc-123"));
        assertThat(answer.body()).isEqualTo("OK");
        assertThat(answer.headers().firstValue("X-Request-Id")).contains("abc-123");
        var odd = door.send(HttpRequest.newBuilder(door.uri("/health")).header("X-Request-Id", "a b<script>"));
        assertThat(odd.headers().firstValue("X-Request-Id").orElse("")).matches("[0-9a-f]{16}");
    }

    @Test
    void server_tellsItsVersion() {
        assertThat(door.get("/version").body()).isEqualTo("3.17.2");
        assertThat(door.get("/api/3.0/mlflow/server-info").body())
                .contains("\"multipart_uploads_enabled\":false", "\"workspaces_enabled\":false");
    }

    @Test
    void problem_unavailable_saysWhenToComeBack() {
        runs.failWith(new Problem.Unavailable("postgresql", "PostgreSQL is away", Duration.ofMillis(300)));
        try {
            var answer = door.get(Door.API + "/runs/get?run_id=a");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).contains("\"error_code\":\"TEMPORARILY_UNAVAILABLE\"");
        } finally {
            runs.failWith(null);
        }
    }

    @Test
    void history_ofManyPages_isOneAnswer() {
        String run = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
        for (int i = 0; i < 10; i++) {
            door.post(
                    Door.API + "/runs/log-metric",
                    "{\"run_id\":\"" + run + "\",\"key\":\"h\",\"value\":" + i + ",\"timestamp\":" + i + "}");
        }
        String whole = door.get(Door.API + "/metrics/get-history?metric_key=h&run_id=" + run)
                .body();
        assertThat(whole)
                .startsWith("{\"metrics\":[{\"key\":\"h\",\"value\":0.0")
                .endsWith("}]}")
                .doesNotContain("token");
        metrics.pagesOf(3);
        try {
            assertThat(door.get(Door.API + "/metrics/get-history?metric_key=h&run_id=" + run)
                            .body())
                    .isEqualTo(whole);
            var five = door.get(Door.API + "/metrics/get-history?metric_key=h&max_results=5&run_id=" + run);
            assertThat(five.body()).endsWith("\"value\":4.0,\"timestamp\":4,\"step\":0}],\"next_page_token\":\"5\"}");
            var rest =
                    door.get(Door.API + "/metrics/get-history?metric_key=h&max_results=5&page_token=5&run_id=" + run);
            assertThat(rest.body())
                    .startsWith("{\"metrics\":[{\"key\":\"h\",\"value\":5.0")
                    .doesNotContain("token");
        } finally {
            metrics.pagesOf(Integer.MAX_VALUE);
        }
    }

    private void assertRefused(String json) {
        var answer = door.post(CREATE, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("INVALID_PARAMETER_VALUE");
    }

    private java.net.http.HttpResponse<String> gzipped(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return door.send(HttpRequest.newBuilder(door.uri(CREATE))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())));
    }
}
