package dev.fourfold.contract.http;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/**
 * What is thrown and is no problem is a defect of ours: whoever answers problems here logs it, and the caller is told where to
 * look and nothing else. The framework itself would log it without the request's id.
 */
@Singleton
final class DefectHandler implements ExceptionHandler<Throwable, HttpResponse<byte[]>> {

    private final ExceptionHandler<ProblemException, HttpResponse<byte[]>> problems;

    DefectHandler(ExceptionHandler<ProblemException, HttpResponse<byte[]>> problems) {
        this.problems = problems;
    }

    @Override
    @SuppressWarnings("rawtypes") // The signature is Micronaut's.
    public HttpResponse<byte[]> handle(HttpRequest request, Throwable defect) {
        var id = RequestId.of((HttpRequest<?>) request);
        return problems.handle(
                request,
                new Problem.Internal("Internal error. The log has its cause under request id " + id + ".")
                        .toException(defect));
    }
}
