package dev.fourfold.contract.http;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.ClientFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.client.exceptions.HttpClientException;
import io.micronaut.http.client.exceptions.HttpClientResponseException;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what comes back from another service of ours into a {@link ProblemException}: a problem as it was thrown there;
 * anything else, no answer at all included, means that the service is unavailable. Without this filter Micronaut's
 * declarative client would answer {@code null} for a 404.
 */
@BetweenServices
@ClientFilter
final class ProblemClientFilter {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemClientFilter.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final JsonMapper json;

    ProblemClientFilter(JsonMapper json) {
        this.json = json;
    }

    @ResponseFilter
    void rethrow(HttpRequest<?> request, @Nullable HttpResponse<?> response, @Nullable Throwable failure) {
        if (failure instanceof HttpClientResponseException answered) {
            throw problemOf(answered.getResponse(), answered);
        }
        if (failure instanceof HttpClientException) {
            throw unavailable(request, failure);
        }
        if (response != null && response.code() >= 400) {
            throw problemOf(response, null);
        }
    }

    private ProblemException problemOf(HttpResponse<?> response, @Nullable Throwable cause) {
        var wire = response.getContentType()
                .filter(type -> WireProblem.MEDIA_TYPE.equals(type.getName()))
                .flatMap(type -> response.getBody(byte[].class))
                .flatMap(this::read);
        Problem problem = wire.isPresent() ? wire.get().toProblem() : refusedByServer(response.code());
        return cause == null ? problem.toException() : problem.toException(cause);
    }

    private Optional<WireProblem> read(byte[] body) {
        try {
            return Optional.of(json.readValue(body, WireProblem.class));
        } catch (IOException e) {
            LOG.warn("a problem from another service cannot be read", e);
            return Optional.empty();
        }
    }

    /** What a service's own server said, before any operation ran. */
    private static Problem refusedByServer(int status) {
        return switch (status) {
            case 413, 414, 431 -> new Problem.InvalidArgument("An id or a name in the request is too long.");
            case 401 ->
                new Problem.Unavailable(
                        "service",
                        "A service does not know this process: is FOURFOLD_SERVICE_SECRET the same everywhere?",
                        RETRY_AFTER);
            default -> new Problem.Unavailable("service", "A service answered with status " + status, RETRY_AFTER);
        };
    }

    private static ProblemException unavailable(HttpRequest<?> request, Throwable cause) {
        var host = request.getUri().getAuthority();
        return new Problem.Unavailable(
                        "service", "The service at " + host + " cannot be reached: " + cause.getMessage(), RETRY_AFTER)
                .toException(cause);
    }
}
