package dev.fourfold.gateway.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.web.router.RouteAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses what is too much before anything is done for it. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(LoadFilter.ORDER)
final class LoadFilter {

    /** Before all that looks at a request, and after what completes every answer. */
    static final int ORDER = -2000;

    /** What tells whether the gateway lives, and what holds it up, is answered all the same. */
    private static final Set<String> ALWAYS = Set.of("/health", "/version", "/api/v1/health");

    private final Load load;
    private final Errors errors;

    LoadFilter(Load load, Errors errors) {
        this.load = load;
        this.errors = errors;
    }

    @RequestFilter
    @Nullable
    HttpResponse<?> admit(HttpRequest<?> request) {
        if (always(request)) {
            return null;
        }
        var admission = load.admission();
        admission.with(request);
        boolean admitted = hasBody(request) ? admission.possible() : admission.begun();
        return admitted ? null : errors.refuse(request, Admission.tooMuch());
    }

    @ResponseFilter
    void answered(HttpRequest<?> request) {
        Admission admission = Admission.of(request);
        if (admission != null) {
            admission.over();
        }
    }

    private static boolean hasBody(HttpRequest<?> request) {
        return request.getContentLength() > 0 || request.getHeaders().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static boolean always(HttpRequest<?> request) {
        return ALWAYS.contains(request.getPath())
                || RouteAttributes.getRouteMatch(request)
                        .filter(route -> route.isAnnotationPresent(Endpoint.class))
                        .isPresent();
    }
}
