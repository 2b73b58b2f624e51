package dev.fourfold.cache.client;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import dev.fourfold.contract.http.RequestId;
import dev.fourfold.contract.http.ServiceSecret;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Hot answers over HTTP: as bytes and headers, never as JSON. */
@Singleton
@Requires(property = "fourfold.cache.url")
final class HttpAnswers implements AnswerOperations {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** What one post fills at most, names aside; the service refuses bodies of several times as much. */
    private static final int MOST_BYTES_POSTED = 1 << 20;

    private final URI base;
    private final Duration readLimit;
    private final ObjectMapper json;
    private final ServiceSecret secret;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    /** Opens after slow or failed readings, so that a service that does not answer costs the limit only now and then. */
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "cache-svc",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(10)
                    .minimumNumberOfCalls(5)
                    .failureRateThreshold(50)
                    .waitDurationInOpenState(Duration.ofSeconds(1))
                    .permittedNumberOfCallsInHalfOpenState(2)
                    .build());

    /**
     * The service at an address.
     *
     * @param readLimit what a reader waits for it at most
     */
    HttpAnswers(
            @Value("${fourfold.cache.url}") URI base,
            @Value("${fourfold.cache.read-limit:200ms}") Duration readLimit,
            ObjectMapper json,
            ServiceSecret secret) {
        this.base = base;
        this.readLimit = readLimit;
        this.json = json;
        this.secret = secret;
    }

    @PreDestroy
    void close() {
        client.close();
    }

    @Override
    public String incarnation() {
        return new String(send(request("/incarnation").GET()).body(), StandardCharsets.UTF_8);
    }

    @Override
    public Lookup lookup(CacheView view, String key) {
        HttpResponse<byte[]> answer;
        try {
            answer = ask(about(view, "/lookup?key=" + encode(key)).POST(HttpRequest.BodyPublishers.noBody()));
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unavailable away) {
                return new Lookup.Bypass(away.message());
            }
            throw e;
        }
        return switch (answer.headers().firstValue(CacheRoutes.OUTCOME).orElse("")) {
            case "hit" -> new Lookup.Hit(answer.body());
            case "miss" ->
                new Lookup.Miss(answer.headers().firstValue(CacheRoutes.TOKEN).orElse(""));
            default -> new Lookup.Bypass(new String(answer.body(), StandardCharsets.UTF_8));
        };
    }

    @Override
    public void fill(
            CacheView view, String key, String token, Collection<String> subjects, byte[] answer, Duration expiry) {
        try {
            // The subjects in the body: there may be more of them than a request's line holds.
            ask(posted(
                    about(view, "/fill?key=" + encode(key) + "&expiryMillis=" + expiry.toMillis())
                            .header(CacheRoutes.TOKEN, token),
                    AnswerFrames.ofAnswers(List.of(AnswerFrames.ofNames(subjects), answer))));
        } catch (ProblemException e) {
            if (!(e.problem() instanceof Problem.Unavailable)) {
                throw e;
            }
        }
    }

    @Override
    public ManyLookup lookupAll(CacheView view, String group, List<String> keys) {
        var names = new ArrayList<String>(keys.size() + 1);
        names.add(group);
        names.addAll(keys);
        try {
            var answer = ask(posted(about(view, "/lookup-all"), AnswerFrames.ofNames(names)));
            if (!answer.headers().firstValue(CacheRoutes.OUTCOME).orElse("").equals("found")) {
                return new ManyLookup.Bypass(new String(answer.body(), StandardCharsets.UTF_8));
            }
            var answers = AnswerFrames.answers(answer.body());
            return answers.size() == keys.size()
                    ? new ManyLookup.Found(
                            answers,
                            answer.headers().firstValue(CacheRoutes.TOKEN).orElse(""))
                    : new ManyLookup.Bypass("cache-svc answered for other keys");
        } catch (IOException e) {
            return new ManyLookup.Bypass("cache-svc's answer cannot be read");
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unavailable away) {
                return new ManyLookup.Bypass(away.message());
            }
            throw e;
        }
    }

    @Override
    public void fillAll(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry) {
        var some = new LinkedHashMap<String, byte[]>();
        long bytes = 0;
        try {
            for (var answer : answers.entrySet()) {
                int length = answer.getValue().length;
                if (!some.isEmpty() && bytes + length > MOST_BYTES_POSTED) {
                    post(view, group, token, some, expiry);
                    some.clear();
                    bytes = 0;
                }
                if (length <= MOST_BYTES_POSTED) {
                    some.put(answer.getKey(), answer.getValue()); // Larger ones are never kept.
                    bytes += length;
                }
            }
            if (!some.isEmpty()) {
                post(view, group, token, some, expiry);
            }
        } catch (ProblemException e) {
            if (!(e.problem() instanceof Problem.Unavailable)) {
                throw e;
            }
        }
    }

    private void post(CacheView view, String group, String token, Map<String, byte[]> answers, Duration expiry) {
        ask(posted(
                about(view, "/fill-all?group=" + encode(group) + "&expiryMillis=" + expiry.toMillis())
                        .header(CacheRoutes.TOKEN, token),
                AnswerFrames.ofNamed(answers)));
    }

    @Override
    public String mark(CacheView view, Collection<String> subjects, Duration longest) {
        var answer =
                send(posted(about(view, "/mark?longestMillis=" + longest.toMillis()), AnswerFrames.ofNames(subjects)));
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void settle(CacheView view, String mark, Collection<String> subjects) {
        send(posted(about(view, "/settle?mark=" + encode(mark)), AnswerFrames.ofNames(subjects)));
    }

    private HttpRequest.Builder request(String route) {
        return RequestId.along(secret.along(HttpRequest.newBuilder(base.resolve(CacheRoutes.ANSWERS + route))))
                .timeout(LIMIT);
    }

    private HttpRequest.Builder about(CacheView view, String route) {
        return request(route)
                .header(CacheRoutes.GENERATION, Long.toString(view.generation()))
                .header(CacheRoutes.INCARNATION, view.incarnation());
    }

    private static HttpRequest.Builder posted(HttpRequest.Builder request, byte[] body) {
        return request.header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    /** A request that a reader waits for. */
    private HttpResponse<byte[]> ask(HttpRequest.Builder request) {
        if (!breaker.tryAcquirePermission()) {
            throw away("cache-svc is slow or failing just now", null);
        }
        long start = System.nanoTime();
        try {
            var answer = send(request.timeout(readLimit));
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return answer;
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unavailable) {
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            } else {
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            }
            throw e;
        }
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        HttpResponse<byte[]> answer;
        var pending = client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        try {
            // The request's own limit ends where the answer begins.
            answer = pending.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw away("cache-svc cannot be reached at " + base, e);
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw away("cache-svc does not end its answer", e);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw away("interrupted", e);
        }
        if (answer.statusCode() < 400) {
            return answer;
        }
        boolean ours = answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith(WireProblem.MEDIA_TYPE))
                .isPresent();
        if (!ours) {
            throw away("cache-svc answered with status " + answer.statusCode(), null);
        }
        try {
            throw json.readValue(answer.body(), WireProblem.class).toProblem().toException();
        } catch (IOException e) {
            throw away("cache-svc answered with status " + answer.statusCode(), e);
        }
    }

    private static RuntimeException away(String message, @Nullable Exception cause) {
        var problem = new Problem.Unavailable("cache-svc", message, RETRY_AFTER);
        return cause == null ? problem.toException() : problem.toException(cause);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
