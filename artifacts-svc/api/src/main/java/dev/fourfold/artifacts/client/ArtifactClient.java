package dev.fourfold.artifacts.client;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.artifacts.ArtifactListing;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.WireProblem;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The artifact operations of an artifacts-svc in another process. The JDK's client, as it streams both ways in constant
 * memory and waits on virtual threads.
 */
@Singleton
@Requires(property = ArtifactClient.URL)
final class ArtifactClient implements ArtifactOperations, StoreOperations {

    /** The address of artifacts-svc, for example {@code http://127.0.0.1:5105}; unset where the service is in-process. */
    static final String URL = "fourfold.artifacts.url";

    private static final String SERVICE = "artifacts-svc";
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(2);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(30);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String address;
    private final JsonMapper json;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    ArtifactClient(@Property(name = URL) URI url, JsonMapper json) {
        String given = url.toString();
        this.address = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        this.json = json;
    }

    @Override
    public void put(ArtifactPath path, InputStream content, long size) {
        var source = new WatchedStream(content);
        var body = size == 0 ? nothing(source) : BodyPublishers.ofInputStream(() -> source);
        var request = request("/internal/artifacts?path=", path)
                .PUT(size > 0 ? BodyPublishers.fromPublisher(body, size) : body)
                .header("Content-Type", "application/octet-stream")
                .build();
        var answer = http.sendAsync(request, BodyHandlers.ofInputStream());
        close(check(await(answer, source, size)).body());
    }

    @Override
    public ArtifactContent get(ArtifactPath path) {
        var request = request("/internal/artifacts?path=", path)
                .timeout(ANSWER_LIMIT)
                .GET()
                .build();
        var answer = check(send(request));
        long size = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (size < 0) {
            close(answer.body());
            throw unavailable("answered without a length", null);
        }
        return new ArtifactContent(answer.body(), size);
    }

    @Override
    public List<ArtifactEntry> list(ArtifactPath path) {
        var request = request("/internal/artifacts/list?path=", path)
                .timeout(ANSWER_LIMIT)
                .GET()
                .build();
        return read(check(send(request)), ArtifactListing.class).entries();
    }

    @Override
    public void delete(ArtifactPath path) {
        var request = request("/internal/artifacts?path=", path)
                .timeout(ANSWER_LIMIT)
                .DELETE()
                .build();
        close(check(send(request)).body());
    }

    @Override
    public StoreStatus status() {
        var request = HttpRequest.newBuilder(URI.create(address + "/internal/artifacts/store"))
                .timeout(STATUS_LIMIT)
                .GET()
                .build();
        try {
            return read(check(send(request)), StoreStatus.class);
        } catch (ProblemException e) {
            return new StoreStatus(
                    "artifact-store", SERVICE, null, address, false, e.problem().message());
        }
    }

    @PreDestroy
    void stop() {
        http.shutdownNow();
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

    private HttpRequest.Builder request(String route, ArtifactPath path) {
        return HttpRequest.newBuilder(
                URI.create(address + route + URLEncoder.encode(path.value(), StandardCharsets.UTF_8)));
    }

    private HttpResponse<InputStream> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw unavailable("cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for", e);
        }
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
                        throw unavailable("took no more bytes for " + STALL_LIMIT, e);
                    }
                }
            }
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            if (source.failed() || source.isNot(size)) {
                throw new Problem.InvalidArgument("The content ended early, or is longer than announced")
                        .toException(cause);
            }
            throw unavailable("cannot be reached", cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for", e);
        }
    }

    /** The answer itself, unless it is a problem: then that is thrown, as in process. */
    private HttpResponse<InputStream> check(HttpResponse<InputStream> answer) {
        if (answer.statusCode() < 400) {
            return answer;
        }
        boolean ours = answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith(WireProblem.MEDIA_TYPE))
                .isPresent();
        if (ours) {
            throw read(answer, WireProblem.class).toProblem().toException();
        }
        close(answer.body());
        throw unavailable("answered with status " + answer.statusCode(), null);
    }

    private <T> T read(HttpResponse<InputStream> answer, Class<T> type) {
        try (var body = answer.body()) {
            return json.readValue(body, type);
        } catch (IOException e) {
            throw unavailable("sent an answer that cannot be read", e);
        }
    }

    private static void close(InputStream body) {
        try (body) {
            body.skipNBytes(0);
        } catch (IOException e) {
            throw unavailable("broke off its answer", e);
        }
    }

    private static ProblemException unavailable(String what, @Nullable Throwable cause) {
        var problem = new Problem.Unavailable(SERVICE, "The artifact service " + what, RETRY_AFTER);
        return cause == null ? problem.toException() : problem.toException(cause);
    }
}
