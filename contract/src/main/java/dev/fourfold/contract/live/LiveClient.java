package dev.fourfold.contract.live;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.contract.http.PromptStream;
import dev.fourfold.contract.http.RequestId;
import dev.fourfold.contract.http.ServiceSecret;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Listens to services elsewhere. The JDK's client, as it reads no further ahead than its reader. */
@Singleton
public final class LiveClient {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final JsonMapper json;
    private final ServiceSecret secret;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    LiveClient(JsonMapper json, ServiceSecret secret) {
        this.json = json;
        this.secret = secret;
    }

    /**
     * Who is listened to.
     *
     * @param service its name
     * @param path the route at each instance that takes a question as JSON and answers {@link LiveSource#body}
     */
    public record Route(String service, Instances instances, String path) {}

    /** A question in the service's own words. */
    @FunctionalInterface
    public interface Asking {

        /** For some of the runs that were asked for, and the position of one instance. */
        Object of(List<String> runIds, @Nullable String after);
    }

    /**
     * Begins to listen at the owners of some runs, as one feed.
     *
     * @param after the position that was told last, or null
     * @throws ProblemException where one of them refuses, or is away
     */
    public LiveFeed listen(Route route, List<String> runIds, @Nullable String after, Asking asking) {
        List<String> addresses = route.instances().addresses();
        var owned = new TreeMap<Integer, List<String>>();
        for (String runId : runIds) {
            owned.computeIfAbsent(Instance.ownerOf(runId, addresses.size()).number(), _ -> new ArrayList<>())
                    .add(runId);
        }
        if (owned.isEmpty()) {
            owned.put(1, runIds); // Of none the service says itself that it is asked for none.
        }
        var feeds = new LinkedHashMap<Integer, LiveFeed>();
        try {
            owned.forEach((number, own) -> feeds.put(
                    number,
                    listenAt(
                            route.service(),
                            URI.create(addresses.get(number - 1) + route.path()),
                            asking.of(own, JoinedFeed.positionOf(number, after)))));
        } catch (RuntimeException e) {
            feeds.values().forEach(LiveFeed::close);
            throw e;
        }
        return feeds.size() == 1 ? feeds.values().iterator().next() : new JoinedFeed(feeds);
    }

    private LiveFeed listenAt(String service, URI address, Object question) {
        var body = open(service, address, question);
        var in = new DataInputStream(new BufferedInputStream(body));
        try {
            return new StreamedFeed(in, LiveFrames.begin(in));
        } catch (IOException e) {
            var broken = unavailable(service, "broke off its answer", e);
            try {
                in.close(); // Or its silence would be looked for as long as this process lives.
            } catch (IOException also) {
                broken.addSuppressed(also);
            }
            throw broken;
        }
    }

    private InputStream open(String service, URI address, Object question) {
        try {
            var response = http.send(
                    RequestId.along(secret.along(HttpRequest.newBuilder(address)))
                            .timeout(ANSWER_LIMIT)
                            .header("Content-Type", "application/json")
                            .header("Accept", LiveFrames.MEDIA_TYPE)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(question)))
                            .build(),
                    PromptStream.within(StreamedFeed.SILENCE));
            if (response.statusCode() != 200) {
                throw refusal(service, response);
            }
            return response.body();
        } catch (IOException e) {
            throw unavailable(service, "cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(service, "was not waited for", e);
        }
    }

    private ProblemException refusal(String service, HttpResponse<InputStream> response) throws IOException {
        try (var body = response.body()) {
            boolean ours = response.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.startsWith(WireProblem.MEDIA_TYPE))
                    .isPresent();
            return ours
                    ? json.readValue(body, WireProblem.class).toProblem().toException()
                    : unavailable(service, "answered with status " + response.statusCode(), null);
        }
    }

    private static ProblemException unavailable(String service, String what, @Nullable Throwable cause) {
        var problem = new Problem.Unavailable(service, service + " " + what, RETRY_AFTER);
        return cause == null ? problem.toException() : problem.toException(cause);
    }

    @PreDestroy
    void stop() {
        http.shutdownNow();
    }
}
