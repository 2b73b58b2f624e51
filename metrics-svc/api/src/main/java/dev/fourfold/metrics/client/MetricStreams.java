package dev.fourfold.metrics.client;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import dev.fourfold.metrics.LiveFrames;
import dev.fourfold.metrics.LivePoints;
import dev.fourfold.metrics.LiveQuery;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Streams from a metrics-svc. The JDK's client, as it reads no further ahead than its reader. */
@Singleton
@Requires(property = HttpMetricOperations.URL)
final class MetricStreams {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final JsonMapper json;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    MetricStreams(JsonMapper json) {
        this.json = json;
    }

    /** Begins to listen at one metrics-svc. */
    LivePoints live(URI service, LiveQuery query) {
        var body = open(service, query);
        var in = new DataInputStream(new BufferedInputStream(body));
        try {
            return new StreamedPoints(in, LiveFrames.begin(in));
        } catch (IOException e) {
            throw unavailable("broke off its answer", e);
        }
    }

    private InputStream open(URI service, LiveQuery query) {
        try {
            var address = service.toString().replaceAll("/$", "") + "/metrics/live";
            var response = http.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .timeout(ANSWER_LIMIT)
                            .header("Content-Type", "application/json")
                            .header("Accept", LiveFrames.MEDIA_TYPE)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(query)))
                            .build(),
                    BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                throw refusal(response);
            }
            return response.body();
        } catch (IOException e) {
            throw unavailable("cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for", e);
        }
    }

    private ProblemException refusal(HttpResponse<InputStream> response) throws IOException {
        try (var body = response.body()) {
            boolean ours = response.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.startsWith(WireProblem.MEDIA_TYPE))
                    .isPresent();
            return ours
                    ? json.readValue(body, WireProblem.class).toProblem().toException()
                    : unavailable("answered with status " + response.statusCode(), null);
        }
    }

    private static ProblemException unavailable(String what, @Nullable Throwable cause) {
        var problem = new Problem.Unavailable("metrics-svc", "The metric service " + what, RETRY_AFTER);
        return cause == null ? problem.toException() : problem.toException(cause);
    }

    @PreDestroy
    void stop() {
        http.shutdownNow();
    }
}
