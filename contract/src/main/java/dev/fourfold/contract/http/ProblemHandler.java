package dev.fourfold.contract.http;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers another service of ours with the problem that an operation threw. Absent where the gateway answers. */
@Singleton
@Requires(property = ProblemHandler.SEPARATE, value = "true")
final class ProblemHandler implements ExceptionHandler<ProblemException, HttpResponse<byte[]>> {

    /** True in the process of one service; false in the gateway and where everything runs in one JVM. */
    static final String SEPARATE = "fourfold.service.separate";

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    private final JsonMapper json;

    ProblemHandler(JsonMapper json) {
        this.json = json;
    }

    @Override
    @SuppressWarnings("rawtypes") // The signature is Micronaut's.
    public HttpResponse<byte[]> handle(HttpRequest request, ProblemException exception) {
        try (var _ = RequestId.of((HttpRequest<?>) request).inThisThread()) {
            if (exception.problem() instanceof Problem.Internal) {
                LOG.error("path={} problem={}", request.getPath(), exception.getMessage(), exception);
            } else {
                LOG.debug("path={} problem={}", request.getPath(), exception.problem());
            }
        }
        return answer(exception.problem());
    }

    /** A problem in the form in which it crosses. */
    HttpResponse<byte[]> answer(Problem problem) {
        var wire = WireProblem.from(problem);
        return HttpResponse.<byte[]>status(HttpStatus.valueOf(wire.status()))
                .contentType(MediaType.of(WireProblem.MEDIA_TYPE))
                .body(write(wire));
    }

    /** To bytes at once: Micronaut has no writer for a media type that is JSON only by its suffix. */
    private byte[] write(WireProblem wire) {
        try {
            return json.writeValueAsBytes(wire);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
