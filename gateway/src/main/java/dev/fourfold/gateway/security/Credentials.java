package dev.fourfold.gateway.security;

import dev.fourfold.metadata.access.Credential;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Reads the Authorization header: HTTP Basic (RFC 7617) or Bearer (RFC 6750), as MLflow's clients send them. */
final class Credentials {

    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";

    private Credentials() {}

    /** What the request shows; nothing where it shows nothing that can be read. */
    static Optional<Credential> of(HttpRequest<?> request) {
        String header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return Optional.empty();
        }
        if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            String token = header.substring(BEARER.length()).strip();
            return token.isEmpty() ? Optional.empty() : Optional.of(new Credential(null, token));
        }
        return header.regionMatches(true, 0, BASIC, 0, BASIC.length())
                ? basic(header.substring(BASIC.length()).strip())
                : Optional.empty();
    }

    private static Optional<Credential> basic(String encoded) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Not Base64: the same as showing nothing.
        }
        int colon = pair.indexOf(':');
        return colon < 1
                ? Optional.empty()
                : Optional.of(new Credential(pair.substring(0, colon), pair.substring(colon + 1)));
    }
}
