package dev.fourfold.contract.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.propagation.MutablePropagatedContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each request its {@link RequestId}, and its answer. Outermost, so that refusals of other filters carry it too. At DEBUG
 * every process tells of each request, so that one can be followed.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIdFilter {

    private static final Logger LOG = LoggerFactory.getLogger(RequestIdFilter.class);

    @RequestFilter
    void begin(HttpRequest<?> request, MutablePropagatedContext context) {
        context.add(RequestId.of(request));
    }

    @ResponseFilter
    void answered(HttpRequest<?> request, MutableHttpResponse<?> response) {
        RequestId id = RequestId.of(request);
        id.on(response);
        if (LOG.isDebugEnabled()) {
            try (var _ = id.inThisThread()) {
                LOG.debug("method={} path={} status={}", request.getMethodName(), request.getPath(), response.code());
            }
        }
    }
}
