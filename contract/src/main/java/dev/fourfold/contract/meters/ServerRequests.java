package dev.fourfold.contract.meters;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.BasicHttpAttributes;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long requests took until their answer began, by OpenTelemetry's conventions for HTTP servers. The route is its
 * template, so the labels are as few as the routes; what meets no route has none.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
@Requires(beans = MeterRegistry.class)
final class ServerRequests {

    private static final String BEGUN = "fourfold.begun";
    private static final String OTHER = "_OTHER";
    private static final int SERVER_ERROR = 500;

    /** Those that OpenTelemetry's conventions advise. */
    private static final Duration[] BUCKETS = Stream.of(
                    5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final ConcurrentHashMap<Kind, Timer> timers = new ConcurrentHashMap<>();

    /** Which requests share a meter. */
    private record Kind(HttpMethod method, String route, int status, boolean secure) {}

    ServerRequests(MeterRegistry registry) {
        this.registry = registry;
    }

    @RequestFilter
    void begin(HttpRequest<?> request) {
        request.setAttribute(BEGUN, System.nanoTime());
    }

    @ResponseFilter
    void answered(HttpRequest<?> request, HttpResponse<?> response) {
        long now = System.nanoTime();
        request.getAttribute(BEGUN, Long.class).ifPresent(begun -> {
            var route = BasicHttpAttributes.getUriTemplate(request).orElse("");
            timers.computeIfAbsent(
                            new Kind(request.getMethod(), route, response.code(), request.isSecure()), this::timer)
                    .record(now - begun, TimeUnit.NANOSECONDS);
        });
    }

    private Timer timer(Kind kind) {
        var status = Integer.toString(kind.status());
        return Timer.builder("http.server.request.duration")
                .description("Duration of HTTP server requests")
                .tags(Tags.of(
                        "http.request.method",
                        kind.method() == HttpMethod.CUSTOM
                                ? OTHER
                                : kind.method().name(),
                        "http.route",
                        kind.route(),
                        "http.response.status_code",
                        status,
                        "error.type",
                        kind.status() >= SERVER_ERROR ? status : "",
                        "url.scheme",
                        kind.secure() ? "https" : "http"))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
