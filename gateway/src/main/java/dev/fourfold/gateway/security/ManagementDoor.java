package dev.fourfold.gateway.security;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.regex.Pattern;

/**
 * The port of management, which programs such as Prometheus and a kubelet ask by a pod's address. An address stands in
 * nobody's DNS, so no page can have made it point here; names are refused there as at the public port.
 */
@Singleton
final class ManagementDoor {

    /** Of IPv4, or of IPv6 in brackets. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    private static final int NONE = -1;

    private final int port;

    ManagementDoor(
            @Value("${endpoints.all.enabled:false}") boolean enabled,
            @Value("${endpoints.all.port:-1}") int port,
            @Value("${micronaut.server.port:-1}") int publicPort) {
        this.port = enabled && port != publicPort ? port : NONE;
    }

    /** Whether a request came to that port, and asked for it by an address. */
    boolean isAskedByAddress(HttpRequest<?> request, String name) {
        return port > 0
                && request.getServerAddress().getPort() == port
                && ADDRESS.matcher(name).matches();
    }
}
