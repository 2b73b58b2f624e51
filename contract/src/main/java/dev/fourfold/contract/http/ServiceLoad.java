package dev.fourfold.contract.http;

import dev.fourfold.contract.Problem;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.web.router.RouteAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many requests a service works on at once, until their answers begin. More are refused at once, rather than kept until
 * their callers have given up. Probes and Prometheus are answered all the same. Where everything runs in one JVM, the
 * gateway's own limit is the only one.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(ServiceLoad.ORDER)
@Requires(property = ProblemHandler.SEPARATE, value = "true")
final class ServiceLoad {

    /** Before anything is looked at. */
    static final int ORDER = -2000;

    private static final String COUNTED = "fourfold.counted";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Bulkhead requests;
    private final ProblemHandler problems;
    private final @Nullable Counter refused;

    ServiceLoad(
            @Value("${fourfold.service.max-requests:1000}") int most,
            ProblemHandler problems,
            @Nullable MeterRegistry meters) {
        this.requests = Bulkhead.of(
                "requests",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(most)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        this.problems = problems;
        this.refused = meters == null
                ? null
                : Counter.builder("rejected.requests")
                        .description("Requests that were refused or failed")
                        .tag("reason", "overloaded")
                        .register(meters);
    }

    @RequestFilter
    @Nullable
    HttpResponse<?> admit(HttpRequest<?> request) {
        if (RouteAttributes.getRouteMatch(request)
                .filter(route -> route.isAnnotationPresent(Endpoint.class))
                .isPresent()) {
            return null;
        }
        if (requests.tryAcquirePermission()) {
            request.setAttribute(COUNTED, true);
            return null;
        }
        if (refused != null) {
            refused.increment();
        }
        return problems.answer(new Problem.LimitExceeded("A service has too much to do now.", RETRY_AFTER));
    }

    @ResponseFilter
    void answered(HttpRequest<?> request) {
        if (request.removeAttribute(COUNTED, Boolean.class).isPresent()) {
            requests.onComplete();
        }
    }
}
