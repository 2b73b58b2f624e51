package dev.fourfold.contract.http;

import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.annotation.ClientFilter;
import io.micronaut.http.annotation.RequestFilter;

/** Sends the {@link ServiceSecret} along with the calls of declarative clients. */
@BetweenServices
@ClientFilter
final class SecretClientFilter {

    private final ServiceSecret secret;

    SecretClientFilter(ServiceSecret secret) {
        this.secret = secret;
    }

    @RequestFilter
    void send(MutableHttpRequest<?> request) {
        String sent = secret.sent();
        if (sent != null) {
            request.header(ServiceSecret.HEADER, sent);
        }
    }
}
