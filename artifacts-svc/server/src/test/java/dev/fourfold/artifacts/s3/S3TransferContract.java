package dev.fourfold.artifacts.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.UploadedPart;
import dev.fourfold.artifacts.store.ArtifactOperationsContract;
import dev.fourfold.contract.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What clients do with an S3 by themselves, through addresses signed by us. */
abstract class S3TransferContract extends ArtifactOperationsContract {

    /** The least that S3 takes for a part that is not the last. */
    private static final int PART = 5 << 20;

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ArtifactPath folder = ArtifactPath.of("transfers/" + UUID.randomUUID());
    private final ArtifactPath file = folder.resolve("ü/large+ %.bin");

    @Override
    protected String engine() {
        return "S3";
    }

    @Test
    void offer_namesTheRoot() {
        var offer = transfers().offer();

        assertThat(offer.direct()).isTrue();
        assertThat(offer.root()).startsWith("s3://test-").endsWith("/some/prefix");
        assertThat(offer.locate(offer.root() + "/1/run/artifacts")).contains(ArtifactPath.of("1/run/artifacts"));
        assertThat(offer.locate(offer.root() + "2/run")).isEmpty();
        assertThat(offer.locate("s3://elsewhere/1")).isEmpty();
        assertProblem(Problem.InvalidArgument.class, () -> offer.locate(offer.root() + "/../x"));
    }

    @Test
    void parts_becomeAFile_onlyWhenCompleted() throws Exception {
        var bytes = new byte[2 * PART + 123];
        new Random(5).nextBytes(bytes);
        PartedUpload upload = transfers().begin(file, 3);
        var parts = send(upload, bytes);

        assertProblem(Problem.NotFound.class, () -> artifacts().get(file));
        assertThat(artifacts().list(folder)).isEmpty();
        transfers().complete(file, upload.uploadId(), parts.reversed());
        transfers().complete(file, upload.uploadId(), parts);

        try (var content = artifacts().get(file)) {
            assertThat(content.stream().readAllBytes()).isEqualTo(bytes);
        }
        transfers().abort(file, upload.uploadId());
        assertThat(artifacts().list(folder)).containsExactly(new ArtifactEntry("ü", true, 0));
    }

    @Test
    void upload_aborted_leavesNothing() throws Exception {
        PartedUpload upload = transfers().begin(file, 1);
        var parts = send(upload, new byte[10]);

        transfers().abort(file, upload.uploadId());
        transfers().abort(file, upload.uploadId());

        assertProblem(Problem.NotFound.class, () -> transfers().complete(file, upload.uploadId(), parts));
        assertThat(artifacts().list(folder)).isEmpty();
    }

    @Test
    void parts_thatTheStoreDoesNotHave_areRefused() throws Exception {
        PartedUpload upload = transfers().begin(file, 2);
        var sent = send(upload, new byte[10]).getFirst();

        for (var parts : List.of(
                List.of(new UploadedPart(1, "0123456789abcdef0123456789abcdef")),
                List.of(sent, new UploadedPart(2, sent.tag())))) {
            assertProblem(Problem.InvalidArgument.class, () -> transfers().complete(file, upload.uploadId(), parts));
        }
        transfers().abort(file, upload.uploadId());
        assertThat(artifacts().list(folder)).isEmpty();
    }

    @Test
    void upload_whereNoFileCanBe_isRefused() {
        artifacts().put(folder.resolve("d/a"), new ByteArrayInputStream(new byte[1]), 1);

        assertProblem(Problem.InvalidArgument.class, () -> transfers().begin(folder.resolve("d"), 1));
        assertProblem(Problem.InvalidArgument.class, () -> transfers().begin(folder.resolve("d/a/b"), 1));
        assertProblem(Problem.InvalidArgument.class, () -> transfers().signUpload(folder.resolve("d"), "a/b", LIMIT));
    }

    @Test
    void signedUpload_takesThatFileAlone() throws Exception {
        var signed = transfers().signUpload(file, "text/plain", LIMIT);

        assertThat(put(signed.url().replace("large", "other"), "canary".getBytes(StandardCharsets.UTF_8), "text/plain")
                        .statusCode())
                .isEqualTo(403);
        assertThat(put(
                                signed.url(),
                                "hello".getBytes(StandardCharsets.UTF_8),
                                signed.headers().getOrDefault("Content-Type", ""))
                        .statusCode())
                .isEqualTo(200);

        try (var content = artifacts().get(file)) {
            assertThat(content.stream().readAllBytes()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(artifacts().list(folder.resolve("ü"))).hasSize(1);
    }

    @Test
    void signedDownload_readsThatFileAlone_inParts() throws Exception {
        artifacts().put(file, new ByteArrayInputStream("0123456789".getBytes(StandardCharsets.UTF_8)), 10);
        artifacts()
                .put(
                        folder.resolve("ü/other+ %.bin"),
                        new ByteArrayInputStream("canary".getBytes(StandardCharsets.UTF_8)),
                        6);
        var signed = transfers().signDownload(file, "attachment; filename=\"a b\"", LIMIT);

        assertThat(signed.size()).isEqualTo(10);
        var whole = get(signed.url(), "bytes=0-");
        assertThat(whole.body()).isEqualTo("0123456789");
        assertThat(whole.headers().firstValue("Content-Disposition")).contains("attachment; filename=\"a b\"");
        var part = get(signed.url(), "bytes=2-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234");
        assertThat(get(signed.url().replace("large", "other"), "bytes=0-").statusCode())
                .isEqualTo(403);
        assertProblem(
                Problem.NotFound.class, () -> transfers().signDownload(folder.resolve("absent"), "attachment", LIMIT));
    }

    private static List<UploadedPart> send(PartedUpload upload, byte[] bytes) throws Exception {
        var parts = new ArrayList<UploadedPart>();
        for (int from = 0; from < bytes.length; from += PART) {
            int number = parts.size() + 1;
            byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PART));
            var answer = put(upload.addresses().get(number - 1), part, "application/octet-stream");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            parts.add(
                    new UploadedPart(number, answer.headers().firstValue("ETag").orElseThrow()));
        }
        return parts;
    }

    private static HttpResponse<String> put(String url, byte[] bytes, String type)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    private static HttpResponse<String> get(String url, String range) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)).header("Range", range));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }
}
