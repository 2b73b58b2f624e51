package dev.fourfold.artifacts.client;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import dev.fourfold.contract.http.PromptStream;
import dev.fourfold.contract.http.RequestId;
import dev.fourfold.contract.http.ServiceSecret;
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
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * HTTP with artifacts-svc, whose problems are thrown as in process. The JDK's client, as it streams both ways in constant
 * memory and waits on virtual threads.
 */
@Singleton
@Requires(property = ArtifactHttp.URL)
final class ArtifactHttp {

    /** The address of artifacts-svc, for example {@code http://127.0.0.1:5105}; unset where the service is in-process. */
    static final String URL = "fourfold.artifacts.url";

    /** How long an answer may take whose work does not grow with the data. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    /** How long a file's bytes may stay away; artifacts-svc waits a minute for its own store's. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(70);

    private static final String SERVICE = "artifacts-svc";
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final String address;
    private final JsonMapper json;
    private final ServiceSecret secret;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    ArtifactHttp(@Property(name = URL) URI url, JsonMapper json, ServiceSecret secret) {
        String given = url.toString();
        this.address = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        this.json = json;
        this.secret = secret;
    }

    String address() {
        return address;
    }

    HttpRequest.Builder request(String route) {
        return RequestId.along(secret.along(HttpRequest.newBuilder(URI.create(address + route))));
    }

    HttpRequest.Builder request(String route, ArtifactPath path) {
        return request(route + "?path=" + encoded(path.value()));
    }

    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Sends it; an answer that is a problem is thrown. */
    HttpResponse<InputStream> send(HttpRequest request) {
        try {
            return check(http.send(request, PromptStream.within(SILENCE_LIMIT)));
        } catch (IOException e) {
            throw unavailable("cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for", e);
        }
    }

    /** Sends it; whoever waits for the answer checks it. */
    CompletableFuture<HttpResponse<InputStream>> sendAsync(HttpRequest request) {
        return http.sendAsync(request, PromptStream.within(SILENCE_LIMIT));
    }

    /** The answer itself, unless it is a problem: then that is thrown, as in process. */
    HttpResponse<InputStream> check(HttpResponse<InputStream> answer) {
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
        close(answer);
        throw unavailable("answered with status " + answer.statusCode(), null);
    }

    <T> T read(HttpResponse<InputStream> answer, Class<T> type) {
        try (var body = answer.body()) {
            return json.readValue(body, type);
        } catch (IOException e) {
            throw unavailable("sent an answer that cannot be read", e);
        }
    }

    HttpRequest.BodyPublisher written(Object value) {
        try {
            return HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new IllegalStateException("A record of ours is not JSON", e);
        }
    }

    /** A header that every answer of that route has. */
    long number(HttpResponse<InputStream> answer, String header) {
        long number = answer.headers().firstValueAsLong(header).orElse(-1);
        if (number < 0) {
            close(answer);
            throw unavailable("answered without " + header, null);
        }
        return number;
    }

    void close(HttpResponse<InputStream> answer) {
        try (var body = answer.body()) {
            body.skipNBytes(0);
        } catch (IOException e) {
            throw unavailable("broke off its answer", e);
        }
    }

    ProblemException unavailable(String what, @Nullable Throwable cause) {
        var problem = new Problem.Unavailable(SERVICE, "The artifact service " + what, RETRY_AFTER);
        return cause == null ? problem.toException() : problem.toException(cause);
    }

    @PreDestroy
    void stop() {
        http.shutdownNow();
    }
}
