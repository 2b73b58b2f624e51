package dev.fourfold.artifacts.client;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactListing;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The artifact operations of an artifacts-svc in another process. */
@Singleton
@Requires(property = ArtifactHttp.URL)
final class ArtifactClient implements ArtifactOperations, StoreOperations {

    private static final Duration DELETE_LIMIT = Duration.ofMinutes(5);
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(2);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(90);

    private final ArtifactHttp http;

    ArtifactClient(ArtifactHttp http) {
        this.http = http;
    }

    @Override
    public void put(ArtifactPath path, InputStream content, long size) {
        var source = new WatchedStream(content);
        var body = size == 0 ? nothing(source) : BodyPublishers.ofInputStream(() -> source);
        var request = http.request(ArtifactRoutes.FILES, path)
                .PUT(size > 0 ? BodyPublishers.fromPublisher(body, size) : body)
                .header("Content-Type", "application/octet-stream")
                .build();
        http.close(http.check(await(http.sendAsync(request), source, size)));
    }

    @Override
    public ArtifactContent get(ArtifactPath path, ByteRange range) {
        var request = http.request(ArtifactRoutes.FILES, path)
                .timeout(ArtifactHttp.ANSWER_LIMIT)
                .GET();
        range.header().ifPresent(header -> request.header("Range", header));
        var answer = http.send(request.build());
        long length = http.number(answer, "Content-Length");
        long first = http.number(answer, ArtifactRoutes.FIRST);
        long size = http.number(answer, ArtifactRoutes.SIZE);
        String tag = answer.headers().firstValue("ETag").orElse("");
        return new ArtifactContent(answer.body(), first, length, size, tag);
    }

    @Override
    public List<ArtifactEntry> list(ArtifactPath path) {
        var request = http.request(ArtifactRoutes.FILES + "/list", path)
                .timeout(ArtifactHttp.ANSWER_LIMIT)
                .GET()
                .build();
        return http.read(http.send(request), ArtifactListing.class).entries();
    }

    @Override
    public void delete(ArtifactPath path) {
        var request = http.request(ArtifactRoutes.FILES, path)
                .timeout(DELETE_LIMIT)
                .DELETE()
                .build();
        http.close(http.send(request));
    }

    @Override
    public StoreStatus status() {
        var request = http.request(ArtifactRoutes.FILES + "/store")
                .timeout(STATUS_LIMIT)
                .GET()
                .build();
        try {
            return http.read(http.send(request), StoreStatus.class);
        } catch (ProblemException e) {
            return new StoreStatus(
                    "artifact-store",
                    "artifacts-svc",
                    null,
                    http.address(),
                    false,
                    e.problem().message());
        }
    }

    /** The JDK reads no publisher whose length is 0, so what must be empty is looked at here. */
    private static HttpRequest.BodyPublisher nothing(InputStream content) {
        try {
            if (content.read() >= 0) {
                throw new Problem.InvalidArgument("The content is longer than the 0 bytes announced").toException();
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The content ended early").toException(e);
        }
        return BodyPublishers.noBody();
    }

    /** Waits as long as bytes go out: a slow giver is no reason to end an upload, a silent service is. */
    private HttpResponse<InputStream> await(
            CompletableFuture<HttpResponse<InputStream>> answer, WatchedStream source, long size) {
        try {
            while (true) {
                try {
                    return answer.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    if (source.idle().compareTo(STALL_LIMIT) > 0) {
                        answer.cancel(true);
                        throw http.unavailable("took no more bytes for " + STALL_LIMIT, e);
                    }
                }
            }
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            if (source.failed() || source.isNot(size)) {
                throw new Problem.InvalidArgument("The content ended early, or is longer than announced")
                        .toException(cause);
            }
            throw http.unavailable("cannot be reached", cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw http.unavailable("was not waited for", e);
        }
    }
}
