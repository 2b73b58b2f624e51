package dev.fourfold.contract.http;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers another service of ours with the problem that an operation threw. Absent where the gateway answers. */
@Singleton
@Requires(property = ProblemHandler.SEPARATE, value = "true")
final class ProblemHandler implements ExceptionHandler<ProblemException, HttpResponse<WireProblem>> {

    /** True in the process of one service; false in the gateway and where everything runs in one JVM. */
    static final String SEPARATE = "fourfold.service.separate";

    @Override
    @SuppressWarnings("rawtypes") // The signature is Micronaut's.
    public HttpResponse<WireProblem> handle(HttpRequest request, ProblemException exception) {
        var wire = WireProblem.from(exception.problem());
        return HttpResponse.<WireProblem>status(HttpStatus.valueOf(wire.status()))
                .contentType(MediaType.of(WireProblem.MEDIA_TYPE))
                .body(wire);
    }
}
