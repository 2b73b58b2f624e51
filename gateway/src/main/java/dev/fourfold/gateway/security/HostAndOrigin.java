package dev.fourfold.gateway.security;

import dev.fourfold.gateway.http.Rejections;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a web page of somebody else from using a visitor's browser against the gateway: by a name that was made to
 * point here (DNS rebinding: the Host header tells), or by sending a form or a script's request (the Origin header
 * tells). Answers as MLflow's own server does.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(HostAndOrigin.ORDER)
final class HostAndOrigin {

    /** Before the one that looks at credentials. */
    static final int ORDER = -1000;

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final DoorConfiguration configuration;
    private final ManagementDoor management;
    private final Rejections rejections;

    HostAndOrigin(DoorConfiguration configuration, ManagementDoor management, Rejections rejections) {
        this.configuration = configuration;
        this.management = management;
        this.rejections = rejections;
    }

    @RequestFilter
    @Nullable
    HttpResponse<?> check(HttpRequest<?> request) {
        String host = request.getHeaders().get(HttpHeaders.HOST);
        if (!hostAllowed(request, host)) {
            return refuse("host", "Invalid Host header - possible DNS rebinding attack detected");
        }
        if (!READING.contains(request.getMethod()) && !originAllowed(request, host)) {
            return refuse("origin", "Cross-origin request blocked");
        }
        return null;
    }

    private boolean hostAllowed(HttpRequest<?> request, @Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        if (configuration.signInRequired() && configuration.hosts().isEmpty()) {
            return true;
        }
        return LOOPBACK.contains(name)
                || configuration.hosts().contains(name)
                || management.isAskedByAddress(request, name);
    }

    private boolean originAllowed(HttpRequest<?> request, @Nullable String host) {
        String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
        if (origin == null) {
            // Browsers name the origin of every changing request of a page; what does not is no page, unless it says
            // so.
            return !"cross-site".equals(request.getHeaders().get("Sec-Fetch-Site"));
        }
        if (configuration.origins().contains(origin)) {
            return true;
        }
        try {
            return host != null && host.equalsIgnoreCase(new URI(origin).getRawAuthority());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    private HttpResponse<?> refuse(String reason, String message) {
        rejections.count(reason);
        return HttpResponse.status(HttpStatus.FORBIDDEN)
                .contentType(MediaType.TEXT_PLAIN_TYPE)
                .body(message);
    }
}
