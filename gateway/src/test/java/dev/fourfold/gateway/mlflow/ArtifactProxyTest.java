package dev.fourfold.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeArtifacts;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class ArtifactProxyTest {

    private static final String ROOT = "/api/2.0/mlflow-artifacts/artifacts";

    private final Door door;
    private final FakeArtifacts artifacts;

    ArtifactProxyTest(Door door, FakeArtifacts artifacts) {
        this.door = door;
        this.artifacts = artifacts;
    }

    @Test
    void file_stored_comesBackAsAttachment() {
        var stored = door.put(ROOT + "/1/r/artifacts/page.html", "<script>");
        assertThat(stored.statusCode()).isEqualTo(200);
        assertThat(stored.body()).isEmpty();
        var read = door.get(ROOT + "/1/r/artifacts/page.html");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).isEqualTo("<script>");
        assertThat(read.headers().map())
                .containsEntry("Content-Type", List.of("text/html"))
                .containsEntry("Content-Disposition", List.of("attachment; filename=page.html"))
                .containsEntry("X-Content-Type-Options", List.of("nosniff"))
                .containsEntry("Content-Length", List.of("8"))
                .containsEntry("X-Fourfold-Store", List.of("artifact-store"));
        assertThat(door.get("/ajax-api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/page.html")
                        .body())
                .isEqualTo("<script>");
        awaitAllClosed();
    }

    @Test
    void name_withPlusPercentAndUmlaut_isDecodedExactlyOnce() {
        door.put(ROOT + "/n/img%2Bstep+0%25%C3%BC%20x.png", "1");
        assertThat(artifacts.paths()).contains("n/img+step+0%ü x.png");
        var read = door.get(ROOT + "/n/img+step%2B0%25%C3%BC%20x.png");
        assertThat(read.body()).isEqualTo("1");
        assertThat(read.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"img+step+0%u x.png\"; filename*=UTF-8''img+step+0%25%C3%BC%20x.png");
        assertThat(door.get(ROOT + "?path=n").body())
                .isEqualTo("{\"files\":[{\"path\":\"img+step+0%ü x.png\",\"is_dir\":false,\"file_size\":1}]}");
    }

    @Test
    void listing_hasNamesInProxyAndPathsInRun() {
        door.put(ROOT + "/l/a.txt", "hello2");
        door.put(ROOT + "/l/d/e/f.bin", "xyz");
        door.put(ROOT + "/l/empty", "");
        assertThat(door.get(ROOT + "?path=l").body())
                .isEqualTo(
                        "{\"files\":[{\"path\":\"a.txt\",\"is_dir\":false,\"file_size\":6},{\"path\":\"d\",\"is_dir\":true},{\"path\":\"empty\",\"is_dir\":false}]}");
        assertThat(door.get(ROOT + "?path=l/nope").body()).isEqualTo("{}");
        String run = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
        door.put(ROOT + "/0/" + run + "/artifacts/d/x.txt", "1");
        assertThat(door.get(Door.API + "/artifacts/list?run_id=" + run + "&path=d")
                        .body())
                .isEqualTo("{\"root_uri\":\"mlflow-artifacts:/0/" + run
                        + "/artifacts\",\"files\":[{\"path\":\"d/x.txt\",\"is_dir\":false,\"file_size\":1}]}");
    }

    @Test
    void range_givesThatPart() {
        door.put(ROOT + "/range.txt", "0123456789");
        assertRange("bytes=1-2", 206, "12", "bytes 1-2/10");
        assertRange("bytes=8-", 206, "89", "bytes 8-9/10");
        assertRange("bytes=-3", 206, "789", "bytes 7-9/10");
        assertRange("bytes=0-100", 206, "0123456789", "bytes 0-9/10");
        assertRange("bytes=10-", 416, "", "bytes */10");
        assertRange("bytes=1-2,4-5", 200, "0123456789", null);
        assertRange("lines=1-2", 200, "0123456789", null);
        awaitAllClosed();
    }

    @Test
    void range_ofAnotherFileThanBefore_givesTheWhole() {
        door.put(ROOT + "/resumed.txt", "0123456789");
        var first = door.get(ROOT + "/resumed.txt");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(tag).matches("\"[0-9a-f]+\"");
        assertThat(first.headers().firstValue("Accept-Ranges")).contains("bytes");
        var rest = HttpRequest.newBuilder(door.uri(ROOT + "/resumed.txt"))
                .header("Range", "bytes=4-")
                .header("If-Range", tag);
        assertThat(door.send(rest).body()).isEqualTo("456789");
        door.put(ROOT + "/resumed.txt", "abcdefghij");
        var whole = door.send(rest);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo("abcdefghij");
        assertThat(whole.headers().firstValue("ETag"))
                .isNotEqualTo(first.headers().firstValue("ETag"));
        awaitAllClosed();
    }

    @Test
    void absent_directoryAndDeleted_areAnsweredAsMlflowDoes() {
        door.put(ROOT + "/del/a", "1");
        assertThat(door.get(ROOT + "/del/nope.txt").statusCode()).isEqualTo(404);
        assertThat(door.get(ROOT + "/del/nope.txt").body()).contains("No such artifact: 'del/nope.txt'");
        assertThat(door.get(ROOT + "/del").statusCode()).isEqualTo(400);
        assertThat(door.get(ROOT + "/del/").statusCode()).isEqualTo(400);
        assertThat(door.put(ROOT + "/del/", "x").statusCode()).isEqualTo(400);
        for (int i = 0; i < 2; i++) {
            var deleted =
                    door.send(HttpRequest.newBuilder(door.uri(ROOT + "/del/a")).DELETE());
            assertThat(deleted.statusCode()).isEqualTo(200);
            assertThat(deleted.body()).isEqualTo("{}");
        }
        assertThat(door.send(HttpRequest.newBuilder(door.uri(ROOT + "/")).DELETE())
                        .statusCode())
                .isEqualTo(405);
        assertThat(door.post(ROOT + "/del/a", "{}").statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "..%2fx",
                "%2e%2e/x",
                "%2e%2e%2fx",
                "%252e%252e%252fx",
                "%25252e%25252e/x",
                "a/../x",
                "a/..%5cx",
                "..%5cx",
                "/etc/passwd",
                "%2fetc/passwd",
                "a%23b",
                "a%00b",
                "a%3fb",
                "./a.txt",
                "a//b",
                "%c0%ae%c0%ae/x",
                "C:%5cx",
                "a.txt%2f..",
                "%2e%2e/%2e%2e",
                "a%0d%0ab"
            })
    void path_thatCouldLeave_isRefusedByEveryVerb(String path) {
        var before = List.copyOf(artifacts.paths());
        for (String verb : List.of("GET", "PUT", "DELETE")) {
            String answer = door.raw(verb + " " + ROOT + "/" + path
                    + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
            assertThat(answer).as(verb).startsWith("HTTP/1.1 400 ");
            assertThat(answer).as(verb).contains("INVALID_PARAMETER_VALUE");
        }
        assertThat(artifacts.paths()).containsExactlyElementsOf(before);
    }

    static Stream<String> listings() {
        return Stream.of("..%2Fx", "%2e%2e", "%2Fetc", "a%23b", "..%2f", "%252e%252e", "a%00b");
    }

    @ParameterizedTest
    @MethodSource("listings")
    void listing_ofPathThatCouldLeave_isRefused(String path) {
        assertThat(door.get(ROOT + "?path=" + path).statusCode()).isEqualTo(400);
    }

    @Test
    void upload_ofMoreThanMemory_streams() {
        long size = 1L << 31;
        for (boolean chunked : new boolean[] {false, true}) {
            String path = "/sink/" + chunked;
            HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(size));
            if (!chunked) {
                body = HttpRequest.BodyPublishers.fromPublisher(body, size);
            }
            var stored = door.send(HttpRequest.newBuilder(door.uri(ROOT + path)).PUT(body));
            assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
            assertThat(artifacts.sunk(path.substring(1))).isEqualTo(size);
        }
    }

    @Test
    void upload_encoded_isRefused() {
        var answer = door.send(HttpRequest.newBuilder(door.uri(ROOT + "/enc"))
                .header("Content-Encoding", "gzip")
                .PUT(HttpRequest.BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    @Test
    void head_closesWhatItOpened() {
        door.put(ROOT + "/head.txt", "0123456789");
        var answer = door.send(HttpRequest.newBuilder(door.uri(ROOT + "/head.txt"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("Content-Length")).contains("10");
        awaitAllClosed();
    }

    private void assertRange(
            String range, int status, String body, @org.jspecify.annotations.Nullable String contentRange) {
        var answer =
                door.send(HttpRequest.newBuilder(door.uri(ROOT + "/range.txt")).header("Range", range));
        assertThat(answer.statusCode()).as(range).isEqualTo(status);
        assertThat(answer.body()).as(range).isEqualTo(body);
        assertThat(answer.headers().firstValue("Content-Range").orElse(null))
                .as(range)
                .isEqualTo(contentRange);
    }

    /** A stream is closed when its last byte has gone out, which the client may see first. */
    private void awaitAllClosed() {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        while (artifacts.open() > 0 && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(artifacts.open()).isZero();
    }

    /** So many zeros. */
    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long size) {
            left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            left -= count;
            return count;
        }
    }
}
