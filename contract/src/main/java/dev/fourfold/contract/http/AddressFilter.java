package dev.fourfold.contract.http;

import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.annotation.ClientFilter;
import io.micronaut.http.annotation.RequestFilter;
import java.net.URI;

/** Sends a request of a declarative client to the instance that it names in the header {@link Instances#AT}. */
@BetweenServices
@ClientFilter
final class AddressFilter {

    @RequestFilter
    void address(MutableHttpRequest<?> request) {
        String address = request.getHeaders().get(Instances.AT);
        if (address == null) {
            return;
        }
        request.getHeaders().remove(Instances.AT);
        URI asked = request.getUri();
        String query = asked.getRawQuery();
        request.uri(URI.create(address + asked.getRawPath() + (query == null ? "" : "?" + query)));
    }
}
