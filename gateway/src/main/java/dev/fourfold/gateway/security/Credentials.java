package dev.fourfold.gateway.security;

import dev.fourfold.metadata.access.Credential;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request shows: in the Authorization header HTTP Basic (RFC 7617) or Bearer (RFC 6750), as MLflow's clients
 * send them; and where it has none, the cookie of a session, as browsers send it.
 */
@Singleton
public final class Credentials {

    /** The cookie that holds a session's secret. */
    public static final String COOKIE = "fourfold_session";

    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";

    private final CallerAddress addresses;

    Credentials(CallerAddress addresses) {
        this.addresses = addresses;
    }

    /** What the request shows; nothing where it shows nothing that can be read. */
    public Optional<Credential> of(HttpRequest<?> request) {
        String header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            // From another site's page it does not come (SameSite), and a changing request of one ends in
            // HostAndOrigin.
            return request.getCookies()
                    .findCookie(COOKIE)
                    .map(Cookie::getValue)
                    .filter(secret -> !secret.isEmpty())
                    .map(secret -> new Credential(null, secret, addresses.of(request)));
        }
        if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            String token = header.substring(BEARER.length()).strip();
            return token.isEmpty() ? Optional.empty() : Optional.of(new Credential(null, token, addresses.of(request)));
        }
        return header.regionMatches(true, 0, BASIC, 0, BASIC.length())
                ? basic(header.substring(BASIC.length()).strip(), addresses.of(request))
                : Optional.empty();
    }

    private static Optional<Credential> basic(String encoded, @Nullable String address) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Not Base64: the same as showing nothing.
        }
        int colon = pair.indexOf(':');
        return colon < 1
                ? Optional.empty()
                : Optional.of(new Credential(pair.substring(0, colon), pair.substring(colon + 1), address));
    }

    /** A name and a password that the request shows otherwise. */
    public Credential of(HttpRequest<?> request, String username, String password) {
        return new Credential(username, password, addresses.of(request));
    }
}
