package dev.fourfold.gateway.http;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.WireProblem;
import dev.fourfold.contract.http.RequestId;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where errors become answers: problems thrown by operations, and what the framework itself refuses,
 * each in the form of the API family that the path belongs to.
 */
@Singleton
@Replaces(ErrorResponseProcessor.class)
final class Errors implements ExceptionHandler<ProblemException, HttpResponse<byte[]>>, ErrorResponseProcessor<byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private final List<ErrorFormat> formats;
    private final Rejections rejections;
    private final Patience patience = new Patience();

    Errors(List<ErrorFormat> formats, Rejections rejections) {
        this.rejections = rejections;
        this.formats = formats.stream()
                .sorted(Comparator.comparingInt(
                                (ErrorFormat format) -> format.pathPrefix().length())
                        .reversed())
                .toList();
    }

    @Override
    @SuppressWarnings("rawtypes") // The signature is Micronaut's.
    public HttpResponse<byte[]> handle(HttpRequest request, ProblemException exception) {
        return answer(request, exception.problem(), exception);
    }

    /** A filter's refusal, before any operation ran. */
    HttpResponse<byte[]> refuse(HttpRequest<?> request, Problem problem) {
        return answer(request, problem, null);
    }

    @Override
    @SuppressWarnings("unchecked") // The framework's own answer is given a body of ours.
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        HttpRequest<?> request = context.getRequest();
        if (response.code() >= 500) {
            Throwable cause = context.getRootCause().orElse(null);
            Problem problem = response.code() == 503
                    ? new Problem.Unavailable("gateway", "The service is not ready.", Duration.ofSeconds(1))
                    : new Problem.Internal("Internal error.");
            return answer(request, problem, cause);
        }
        String message = context.getErrors().stream()
                .map(Error::getMessage)
                .findFirst()
                .orElse(response.status().getReason());
        try (var _ = RequestId.of(request).inThisThread()) {
            LOG.debug("status={} message={}", response.code(), message);
        }
        rejections.count("status-" + response.code());
        var refusal = format(request).refusal(response.status(), message);
        // What the framework knows of the refusal, such as the methods that are allowed, stays.
        refusal.getHeaders().forEach((name, values) -> {
            response.getHeaders().remove(name);
            values.forEach(value -> response.header(name, value));
        });
        // No filter sees what is answered to something that is hardly a request.
        return RequestId.of(request).on(((MutableHttpResponse<byte[]>) response).body(refusal.body()));
    }

    private MutableHttpResponse<byte[]> answer(HttpRequest<?> request, Problem problem, @Nullable Throwable cause) {
        RequestId id = RequestId.of(request);
        try (var _ = id.inThisThread()) {
            log(request, problem, cause);
        }
        boolean busy = Admission.refused(request);
        rejections.count(busy ? Load.REASON : WireProblem.from(problem).kind());
        ErrorFormat format = format(request);
        var answer = id.on(format.problem(request, format.countsWaits() ? patience.with(problem, busy) : problem));
        // What is left of such a body is not read, so the connection is of no more use.
        return problem instanceof Problem.TooLarge ? answer.header(HttpHeaders.CONNECTION, "close") : answer;
    }

    private static void log(HttpRequest<?> request, Problem problem, @Nullable Throwable cause) {
        switch (problem) {
            case Problem.Internal p -> LOG.error("path={} problem={}", request.getPath(), p.message(), cause);
            case Problem.Unavailable p ->
                LOG.error("path={} unavailable={} problem={}", request.getPath(), p.part(), p.message());
            case Problem.InvalidArgument _,
                    Problem.NotFound _,
                    Problem.AlreadyExists _,
                    Problem.InvalidState _,
                    Problem.Conflict _,
                    Problem.Unauthenticated _,
                    Problem.PermissionDenied _,
                    Problem.TooLarge _,
                    Problem.Full _,
                    Problem.LimitExceeded _,
                    Problem.Unsupported _ -> LOG.debug("path={} problem={}", request.getPath(), problem);
        }
    }

    private ErrorFormat format(HttpRequest<?> request) {
        String path = request.getPath();
        for (ErrorFormat format : formats) {
            if (path.startsWith(format.pathPrefix())) {
                return format;
            }
        }
        throw new IllegalStateException("No error format for " + path);
    }
}
