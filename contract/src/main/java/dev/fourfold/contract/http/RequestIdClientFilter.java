package dev.fourfold.contract.http;

import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.annotation.ClientFilter;
import io.micronaut.http.annotation.RequestFilter;

/** Sends the {@link RequestId} along with the calls of declarative clients. */
@BetweenServices
@ClientFilter
final class RequestIdClientFilter {

    @RequestFilter
    void send(MutableHttpRequest<?> request) {
        RequestId id = RequestId.current();
        if (id != null) {
            request.getHeaders().set(RequestId.HEADER, id.value());
        }
    }
}
