package dev.fourfold.contract.http;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.web.router.RouteAttributes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets only those call a service who have the {@link ServiceSecret}; endpoints for probes and for Prometheus are open. A
 * service without a secret listens on the loopback only.
 */
@Context
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Requires(property = ProblemHandler.SEPARATE, value = "true")
final class ServiceDoor {

    private static final Set<String> OPEN = Set.of("health", "prometheus");

    private final ServiceSecret secret;

    /** @param host where the server listens: everywhere, if nothing is said */
    ServiceDoor(ServiceSecret secret, @Value("${micronaut.server.host:0.0.0.0}") String host) {
        if (!secret.known() && !loopback(host)) {
            throw new ConfigurationException("This service would listen at " + host
                    + " to anybody: set FOURFOLD_SERVICE_SECRET, the same for all services and gateways");
        }
        this.secret = secret;
    }

    /** Not a problem of an operation's, which the gateway would hand on to its own caller, who can do nothing about it. */
    @RequestFilter
    @Nullable
    HttpResponse<?> check(HttpRequest<?> request) {
        if (!secret.known()
                || open(request)
                || secret.accepts(request.getHeaders().get(ServiceSecret.HEADER))) {
            return null;
        }
        return HttpResponse.unauthorized()
                .contentType(MediaType.TEXT_PLAIN_TYPE)
                .body("This is a service inside of Fourfold; the gateway is the way in.");
    }

    private static boolean open(HttpRequest<?> request) {
        return RouteAttributes.getRouteMatch(request)
                .flatMap(route -> route.getAnnotationMetadata().stringValue(Endpoint.class))
                .filter(OPEN::contains)
                .isPresent();
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // The server says so itself when it cannot listen there.
        }
    }
}
