package dev.fourfold.gateway.security;

import io.micronaut.core.annotation.AnnotationMetadataProvider;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.rules.SecurityRule;
import io.micronaut.security.rules.SecurityRuleResult;
import io.micronaut.web.router.RouteAttributes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The one place that decides who may use a route: by the rule that the route states, and nobody where it states none.
 * Every request passes here, and no other rule is asked after it.
 */
@Singleton
final class AccessRule implements SecurityRule<HttpRequest<?>> {

    /** Management endpoints have a port of their own, which is not the public one; only these are open there. */
    private static final Set<String> OPEN_ENDPOINTS = Set.of("health", "prometheus");

    private final DoorConfiguration configuration;

    AccessRule(DoorConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Publisher<SecurityRuleResult> check(HttpRequest<?> request, @Nullable Authentication caller) {
        var route = RouteAttributes.getRouteMatch(request);
        boolean allowed = route.isPresent() ? allowed(route.get(), caller) : known(caller);
        return Mono.just(allowed ? SecurityRuleResult.ALLOWED : SecurityRuleResult.REJECTED);
    }

    /** What a route states. */
    static Optional<AccessLevel> levelOf(AnnotationMetadataProvider route) {
        return route.getAnnotationMetadata().enumValue(Access.class, AccessLevel.class);
    }

    /** Whether this is an endpoint of the management port that is open there. */
    static boolean openEndpoint(AnnotationMetadataProvider route) {
        return route.getAnnotationMetadata()
                .stringValue(Endpoint.class)
                .filter(OPEN_ENDPOINTS::contains)
                .isPresent();
    }

    private boolean allowed(AnnotationMetadataProvider route, @Nullable Authentication caller) {
        Optional<AccessLevel> level = levelOf(route);
        if (level.isEmpty()) {
            return openEndpoint(route);
        }
        return switch (level.get()) {
            case PUBLIC -> true;
            case READ, WRITE -> known(caller);
            case ADMIN ->
                !configuration.signInRequired()
                        || (caller != null && caller.getRoles().contains(CallerFetcher.ADMINISTRATOR));
        };
    }

    /** Whether the caller is somebody, or need not be. Strangers do not even learn which routes exist. */
    private boolean known(@Nullable Authentication caller) {
        return !configuration.signInRequired() || caller != null;
    }
}
