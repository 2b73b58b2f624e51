package dev.fourfold.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeArtifacts;
import dev.fourfold.gateway.fakes.FakeRuns;
import dev.fourfold.gateway.fakes.FakeTransfers;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads in parts, signed addresses, and a run's files by the run; answers as measured on MLflow 3.17.2. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class TransferTest {

    private static final String PROXY = "/api/2.0/mlflow-artifacts";
    private static final String UPLOAD_URL = Door.API + "/artifacts/presigned-upload-url";
    private static final String DOWNLOAD_URL = Door.API + "/artifacts/presigned-download-url";
    private static final String UPLOAD = "/ajax-api/2.0/mlflow/upload-artifact";
    private static final String PART = "{\"part_number\":1,\"etag\":\"e\",\"url\":\"http://s3/1\"}";

    /** Whatever a path could be to leave its root, as it stands in a JSON string or in a decoded query value. */
    private static final List<String> HOSTILE = List.of(
            "..",
            "../x",
            "a/../../x",
            "a/..",
            "./x",
            "/etc/passwd",
            "//etc/passwd",
            "%2e%2e/x",
            "%2e%2e%2fx",
            "%252e%252e%252fx",
            "%25252e%25252e/x",
            "..%2fx",
            "..%5cx",
            "%2fetc/passwd",
            "a%00b",
            "a%2500b",
            "a%23b",
            "a#b",
            "a?b",
            "%c0%ae%c0%ae/x",
            "..;/x",
            "a//b",
            "C:/x",
            "%0d%0ax",
            "n".repeat(256),
            "d/".repeat(1025) + "x");

    private final Door door;
    private final FakeTransfers transfers;
    private final FakeArtifacts artifacts;
    private final FakeRuns runs;

    TransferTest(Door door, FakeTransfers transfers, FakeArtifacts artifacts, FakeRuns runs) {
        this.runs = runs;
        this.door = door;
        this.transfers = transfers;
        this.artifacts = artifacts;
    }

    @BeforeEach
    void directStore() {
        transfers.direct(true);
        transfers.calls();
    }

    @AfterEach
    void reset() {
        transfers.direct(false);
        transfers.away(false);
    }

    static List<String> hostile() {
        return HOSTILE;
    }

    @Test
    void upload_inParts_isBegunCompletedAndAborted() {
        var begun = door.post(PROXY + "/mpu/create/1/r/artifacts/d", "{\"path\":\"/home/me/a b.bin\",\"num_parts\":2}");
        assertThat(begun.statusCode()).isEqualTo(200);
        assertThat(begun.body())
                .isEqualTo("{\"upload_id\":\"id\",\"credentials\":[{\"url\":\"http://s3/1\",\"part_number\":1},"
                        + "{\"url\":\"http://s3/2\",\"part_number\":2}]}");
        String rest = "{\"path\":\"C:\\\\dir\\\\a b.bin\",\"upload_id\":\"id\",\"parts\":[" + PART + "]}";
        assertThat(door.post(PROXY + "/mpu/complete/1/r/artifacts/d", rest).body())
                .isEqualTo("{}");
        assertThat(door.post("/ajax-api/2.0/mlflow-artifacts/mpu/abort/1/r/artifacts/d", rest)
                        .body())
                .isEqualTo("{}");
        assertThat(transfers.calls())
                .containsExactly(
                        "begin 1/r/artifacts/d/a b.bin 2",
                        "complete 1/r/artifacts/d/a b.bin id [UploadedPart[number=1, tag=e]]",
                        "abort 1/r/artifacts/d/a b.bin id");
    }

    @Test
    void presigned_tellsAddressAndSize() {
        var answer = door.get(PROXY + "/presigned/1/r/artifacts/a%2Bb.txt");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"url\":\"http://s3/get\",\"headers\":{},\"file_size\":5}");
        assertThat(transfers.calls())
                .containsExactly("download 1/r/artifacts/a+b.txt attachment; filename=a+b.txt PT5M");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            create   | {}                                     | Missing value for required parameter 'path'.
            create   | {"path":""}                            | Missing value for required parameter 'path'.
            create   | {"path":5}                             | Invalid value 5 for parameter 'path' supplied
            create   | {"path":"f","num_parts":"abc"}         | Invalid value "abc" for parameter 'num_parts' supplied
            create   | {"path":"/home/me/"}                   | Invalid path
            create   | {"path":"a/.."}                        | Invalid path
            create   | {"path":"%2e%2e"}                      | Invalid path
            create   | {"path":"%2e%2e%2fx"}                  | Invalid path
            complete | {"path":"f","upload_id":"u"}           | Missing value for required parameter 'parts'.
            complete | {"path":"f","upload_id":5,"parts":[]}  | Invalid value 5 for parameter 'upload_id' supplied
            complete | {"path":"..","upload_id":"u","parts":[{"part_number":1,"etag":"e"}]} | Invalid path
            abort    | {}                                     | Missing value for required parameter 'path'.
            abort    | {"path":"a\\\\.."}                     | Invalid path
            """)
    void upload_thatCannotBe_isRefused(String step, String body, String message) {
        assertRefused(door.post(PROXY + "/mpu/" + step + "/1/r/artifacts", body), message);
        assertThat(transfers.calls()).isEmpty();
    }

    @Test
    void withoutSuchAStore_nothingIsImplemented() {
        transfers.direct(false);
        for (String step : List.of("create", "complete", "abort")) {
            assertNotImplemented(
                    door.post(
                            PROXY + "/mpu/" + step + "/1/r/artifacts",
                            "{\"path\":\"f\",\"num_parts\":1,\"upload_id\":\"u\",\"parts\":[" + PART + "]}"),
                    "Multipart upload is not supported for the current artifact repository");
        }
        assertNotImplemented(
                door.get(PROXY + "/presigned/1/r/artifacts/a"),
                "Multipart download is not supported for the current artifact repository");
        String run = run("s3://ours/root/x");
        assertNotImplemented(
                door.post(UPLOAD_URL, "{\"run_id\":\"" + run + "\",\"path\":\"a\"}"),
                "Presigned upload is not supported for the current artifact repository");
        assertNotImplemented(
                door.post(DOWNLOAD_URL, "{\"run_id\":\"" + run + "\",\"path\":\"a\"}"),
                "Presigned download is not supported for the current artifact repository");
        assertThat(transfers.calls()).isEmpty();
    }

    @Test
    void serverInfo_tellsWhatTheStoreOffersNow() {
        assertThat(door.get("/api/3.0/mlflow/server-info").body())
                .contains("\"multipart_uploads_enabled\":true,\"multipart_downloads_enabled\":true");
        transfers.direct(false);
        assertThat(door.get("/api/3.0/mlflow/server-info").body())
                .contains("\"multipart_uploads_enabled\":false,\"multipart_downloads_enabled\":false");
        transfers.away(true);
        var info = door.get("/api/3.0/mlflow/server-info");
        assertThat(info.statusCode()).isEqualTo(200);
        assertThat(info.body()).contains("\"multipart_uploads_enabled\":false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mpu/create", "/mpu/complete", "/mpu/abort", "/presigned", "/presigned/"})
    void routesWithoutAPath_areNone(String route) {
        var answer = route.startsWith("/mpu") ? door.post(PROXY + route, "{\"path\":\"f\"}") : door.get(PROXY + route);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("<title>404 Not Found</title>");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void pathThatCouldLeave_isRefusedOnEveryRoute(String path) {
        String raw = path.replace("#", "%23").replace("?", "%3f");
        String twice = URLEncoder.encode(path, StandardCharsets.UTF_8);
        var before = List.copyOf(artifacts.paths());
        String run = run(null);
        String there = run("s3://ours/root/x");
        var raws = Stream.of(
                "POST " + PROXY + "/mpu/create/" + raw,
                "POST " + PROXY + "/mpu/complete/" + raw,
                "POST " + PROXY + "/mpu/abort/" + raw,
                "GET " + PROXY + "/presigned/" + raw,
                "GET /get-artifact?run_id=" + run + "&path=" + raw,
                "GET /get-artifact?run_id=" + run + "&path=" + twice,
                "POST " + UPLOAD + "?run_uuid=" + run + "&path=" + raw,
                "POST " + UPLOAD + "?run_uuid=" + run + "&path=" + twice,
                "GET " + Door.API + "/artifacts/list?run_id=" + there + "&path=" + twice);
        String body = "{\"path\":\"f\",\"upload_id\":\"u\",\"num_parts\":1,\"parts\":[" + PART + "]}";
        raws.forEach(request -> {
            String answer = door.raw(request + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body);
            assertThat(answer).as(request).startsWith("HTTP/1.1 400 ");
            assertThat(answer).as(request).contains("INVALID_PARAMETER_VALUE");
        });
        String json = "{\"run_id\":\"" + there + "\",\"path\":\"" + path + "\"}";
        assertRefused(door.post(UPLOAD_URL, json), "Invalid path");
        assertRefused(door.post(DOWNLOAD_URL, json), "Invalid path");
        assertThat(transfers.calls()).isEmpty();
        assertThat(artifacts.paths()).containsExactlyElementsOf(before);
    }

    @Test
    void signedAddress_forARunAtOurStore() {
        String run = run("s3://ours/root/exp");
        var upload = door.post(UPLOAD_URL, "{\"run_id\":\"" + run + "\",\"path\":\"m/a.html\"}");
        assertThat(upload.statusCode()).as(upload.body()).isEqualTo(200);
        assertThat(upload.body())
                .isEqualTo("{\"presigned_url\":\"http://s3/put\",\"headers\":{\"Content-Type\":\"text/html\"}}");
        var download =
                door.post(DOWNLOAD_URL, "{\"run_id\":\"" + run + "\",\"path\":\"m/a.html\",\"expiration\":604800}");
        assertThat(download.body()).isEqualTo("{\"presigned_url\":\"http://s3/get\",\"file_size\":5}");
        assertThat(transfers.calls())
                .containsExactly(
                        "upload exp/" + run + "/artifacts/m/a.html text/html PT15M",
                        "download exp/" + run + "/artifacts/m/a.html attachment; filename=a.html PT168H");
    }

    @Test
    void signedAddress_elsewhere_isRefused() {
        String proxied = "{\"run_id\":\"" + run(null) + "\",\"path\":\"a\"}";
        assertRefused(
                door.post(UPLOAD_URL, proxied),
                "Presigned upload is not supported for proxied artifact storage (artifact URI scheme:"
                        + " mlflow-artifacts). This endpoint requires a direct cloud storage artifact URI.");
        assertRefused(
                door.post(DOWNLOAD_URL, proxied),
                "Presigned download is not supported for runs with proxied artifact storage (artifact URI scheme:"
                        + " mlflow-artifacts). This endpoint requires a run with a direct cloud storage artifact URI.");
        for (String root : List.of("s3://theirs/root", "s3://ours/rootless", "gs://ours/root")) {
            String other = "{\"run_id\":\"" + run(root) + "\",\"path\":\"a\"}";
            assertNotImplemented(
                    door.post(UPLOAD_URL, other),
                    "Presigned upload is not supported for the current artifact repository");
            assertNotImplemented(
                    door.post(DOWNLOAD_URL, other),
                    "Presigned download is not supported for the current artifact repository");
        }
        assertThat(transfers.calls()).isEmpty();
    }

    @Test
    void signedAddress_ofABadRequest_isRefused() {
        String run = run("s3://ours/root/exp");
        assertRefused(door.post(UPLOAD_URL, "{}"), "Missing value for required parameter 'path'.");
        assertRefused(door.post(DOWNLOAD_URL, "{}"), "Missing value for required parameter 'run_id'.");
        for (String ids : List.of("", "\"run_id\":\"" + run + "\",\"model_id\":\"m-1\",")) {
            assertRefused(
                    door.post(UPLOAD_URL, "{" + ids + "\"path\":\"a\"}"),
                    "Exactly one of run_id and model_id must be provided.");
        }
        for (long expiration : new long[] {0, -1, 604_801, Long.MAX_VALUE}) {
            for (String url : List.of(UPLOAD_URL, DOWNLOAD_URL)) {
                assertRefused(
                        door.post(url, "{\"run_id\":\"" + run + "\",\"path\":\"a\",\"expiration\":" + expiration + "}"),
                        "expiration must be between 1 and 604800 seconds (got " + expiration + ").");
            }
        }
        assertNotFound(
                door.post(UPLOAD_URL, "{\"model_id\":\"m-1\",\"path\":\"a\"}"),
                "Logged model with ID 'm-1' not found.");
        String absent = "{\"run_id\":\"" + "0".repeat(32) + "\",\"path\":\"a\"}";
        assertNotFound(door.post(UPLOAD_URL, absent), "not found");
        assertNotFound(door.post(DOWNLOAD_URL, absent), "not found");
        assertThat(transfers.calls()).isEmpty();
    }

    @Test
    void fileOfARun_comesByTheRun() {
        String run = run(null);
        var stored = upload(run, "plots/a b+c.html", "<script>".getBytes(StandardCharsets.UTF_8));
        assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
        assertThat(stored.body()).isEmpty();
        for (String id : List.of("run_id", "run_uuid")) {
            var read = door.get("/get-artifact?" + id + "=" + run + "&path=plots%2Fa+b%2Bc.html");
            assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
            assertThat(read.body()).isEqualTo("<script>");
            assertThat(read.headers().map())
                    .containsEntry("Content-Disposition", List.of("attachment; filename=\"a b+c.html\""))
                    .containsEntry("X-Content-Type-Options", List.of("nosniff"))
                    .containsEntry("Accept-Ranges", List.of("bytes"));
        }
        assertThat(door.send(HttpRequest.newBuilder(
                                        door.uri("/get-artifact?run_id=" + run + "&path=plots/a+b%2Bc.html"))
                                .header("Range", "bytes=1-3"))
                        .body())
                .isEqualTo("scr");
    }

    @Test
    void fileOfARunAtOurStore_comesByTheRun() {
        String run = run("s3://ours/root/exp");
        assertThat(upload(run, "a.txt", new byte[] {'1'}).statusCode()).isEqualTo(200);
        assertThat(artifacts.paths()).contains("exp/" + run + "/artifacts/a.txt");
        assertThat(door.get("/get-artifact?run_id=" + run + "&path=a.txt").body())
                .isEqualTo("1");
        assertThat(door.get(Door.API + "/artifacts/list?run_id=" + run).body()).contains("\"path\":\"a.txt\"");
    }

    @Test
    void fileOfAModelVersion_comesByTheVersion() {
        String run = run(null);
        upload(run, "model/MLmodel", new byte[] {'m'});
        upload(run, "secret", new byte[] {'s'});
        String name = "model-of-" + run;
        door.post(Door.API + "/registered-models/create", "{\"name\":\"" + name + "\"}");
        String source = "mlflow-artifacts:/0/" + run + "/artifacts/model";
        door.post(
                Door.API + "/model-versions/create",
                "{\"name\":\"" + name + "\",\"source\":\"" + source + "\",\"run_id\":\"" + run + "\"}");
        String route = "/model-versions/get-artifact?name=" + name + "&version=1";
        var read = door.get(route + "&path=MLmodel");
        assertThat(read.statusCode()).as(read.body()).isEqualTo(200);
        assertThat(read.body()).isEqualTo("m");
        assertThat(read.headers().firstValue("Content-Disposition")).contains("attachment; filename=MLmodel");
        for (String path : List.of("..%2Fsecret", "%252e%252e%2Fsecret", "%2Fetc%2Fpasswd", "a%23b", "..%5Csecret")) {
            assertRefused(door.get(route + "&path=" + path), "Invalid path");
        }
        assertRefused(door.get(route), "Missing value for required parameter 'path'.");
        assertThat(door.get(route + "&path=absent").statusCode()).isEqualTo(404);
        assertThat(door.get("/model-versions/get-artifact?name=absent&version=1&path=a")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void fileOfARun_thatCannotBeRead_isRefused() {
        String run = run(null);
        upload(run, "d/a.txt", new byte[] {'1'});
        assertRefused(door.get("/get-artifact"), "Missing value for required parameter 'path'.");
        assertRefused(door.get("/get-artifact?run_id=" + run), "Missing value for required parameter 'path'.");
        assertRefused(
                door.get("/get-artifact?run_id=" + run + "&path="), "Artifact path refers to a directory, not a file.");
        assertThat(door.get("/get-artifact?run_id=" + run + "&path=d").statusCode())
                .isEqualTo(400);
        assertNotFound(door.get("/get-artifact?path=a.txt"), "Run with id=None not found");
        assertNotFound(door.get("/get-artifact?run_id=" + run + "&path=absent"), "No such artifact");
        assertNotFound(door.get("/get-artifact?run_id=" + "0".repeat(32) + "&path=a"), "not found");
    }

    @Test
    void fileOfARun_thatCannotBeStored_isRefused() {
        String run = run(null);
        var before = List.copyOf(artifacts.paths());
        var one = HttpRequest.BodyPublishers.ofString("x");
        assertRefused(
                door.send(HttpRequest.newBuilder(door.uri(UPLOAD + "?run_id=" + run + "&path=a"))
                        .POST(one)),
                "Request must specify run_uuid.");
        assertRefused(
                door.send(HttpRequest.newBuilder(door.uri(UPLOAD + "?run_uuid=" + run))
                        .POST(one)),
                "Request must specify path.");
        assertRefused(upload(run, "empty", new byte[0]), "Request must specify data.");
        assertRefused(
                upload(run, "large", new byte[10 * 1024 * 1024 + 1]), "Artifact size is too large. Max size is 10MB.");
        assertNotFound(upload("0".repeat(32), "a", new byte[] {'1'}), "not found");
        assertThat(artifacts.paths()).containsExactlyElementsOf(before);
        assertThat(upload(run, "fits", new byte[10 * 1024 * 1024]).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> upload(String run, String path, byte[] content) {
        String encoded = URLEncoder.encode(path, StandardCharsets.UTF_8);
        return door.send(HttpRequest.newBuilder(door.uri(UPLOAD + "?run_uuid=" + run + "&path=" + encoded))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofByteArray(content)));
    }

    /** A run whose artifacts are below this address, or behind the proxy. */
    private String run(@Nullable String location) {
        runs.artifactLocation(location);
        try {
            return door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                    .body()
                    .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
        } finally {
            runs.artifactLocation(null);
        }
    }

    private static void assertRefused(HttpResponse<String> answer, String message) {
        assertAnswer(answer, 400, "INVALID_PARAMETER_VALUE", message);
    }

    private static void assertNotFound(HttpResponse<String> answer, String message) {
        assertAnswer(answer, 404, "RESOURCE_DOES_NOT_EXIST", message);
    }

    private static void assertNotImplemented(HttpResponse<String> answer, String message) {
        assertAnswer(answer, 501, "NOT_IMPLEMENTED", message);
    }

    private static void assertAnswer(HttpResponse<String> answer, int status, String code, String message) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("\"error_code\":\"" + code + "\"");
        assertThat(answer.body().replace("\\\"", "\"")).contains(message);
    }
}
