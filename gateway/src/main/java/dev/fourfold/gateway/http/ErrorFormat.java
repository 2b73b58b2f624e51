package dev.fourfold.gateway.http;

import dev.fourfold.contract.Problem;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;

/** How one API family tells an error. */
public interface ErrorFormat {

    /** The path below which this family's routes are; the family with the longest match answers. */
    String pathPrefix();

    /** A problem that an operation, or the reading of the request, met. */
    MutableHttpResponse<byte[]> problem(Problem problem);

    /** The same, where the form depends on what was asked with. */
    default MutableHttpResponse<byte[]> problem(HttpRequest<?> request, Problem problem) {
        return problem(problem);
    }

    /** Whether this family's clients wait as long as they are told, and only a few times. */
    default boolean countsWaits() {
        return false;
    }

    /** The server's own refusal, before any route ran: no such route, another method, an unreadable request line. */
    MutableHttpResponse<byte[]> refusal(HttpStatus status, String message);
}
