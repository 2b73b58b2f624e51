package dev.fourfold.gateway.otlp;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.ErrorFormat;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Errors as OTLP/HTTP wants them: exporters repeat 429, 502, 503 and 504 after {@code Retry-After}, and drop what was
 * refused with another status. The codes in the body are those of gRPC.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#failures-1">OTLP/HTTP, failures</a>
 */
@Singleton
final class OtlpErrorFormat implements ErrorFormat {

    @Override
    public String pathPrefix() {
        return OtlpLogController.PATH;
    }

    @Override
    public MutableHttpResponse<byte[]> problem(Problem problem) {
        return problem(OtlpForm.JSON, problem);
    }

    @Override
    public MutableHttpResponse<byte[]> problem(HttpRequest<?> request, Problem problem) {
        return problem(OtlpForm.of(request).orElse(OtlpForm.JSON), problem);
    }

    @Override
    public MutableHttpResponse<byte[]> refusal(HttpStatus status, String message) {
        return OtlpForm.JSON.status(
                status,
                switch (status) {
                    case UNAUTHORIZED -> 16;
                    case FORBIDDEN -> 7;
                    case NOT_FOUND -> 5;
                    case METHOD_NOT_ALLOWED -> 12;
                    case REQUEST_ENTITY_TOO_LARGE -> 8;
                    default -> 3;
                },
                message);
    }

    private static MutableHttpResponse<byte[]> problem(OtlpForm form, Problem problem) {
        return switch (problem) {
            case Problem.InvalidArgument p -> form.status(HttpStatus.BAD_REQUEST, 3, p.message());
            case Problem.NotFound p -> form.status(HttpStatus.NOT_FOUND, 5, p.message());
            case Problem.AlreadyExists p -> form.status(HttpStatus.CONFLICT, 6, p.message());
            case Problem.InvalidState p -> form.status(HttpStatus.CONFLICT, 9, p.message());
            case Problem.Conflict p -> form.status(HttpStatus.CONFLICT, 10, p.message());
            case Problem.Unauthenticated p -> form.status(HttpStatus.UNAUTHORIZED, 16, p.message());
            case Problem.PermissionDenied p -> form.status(HttpStatus.FORBIDDEN, 7, p.message());
            case Problem.TooLarge p -> form.status(HttpStatus.REQUEST_ENTITY_TOO_LARGE, 8, p.message());
            case Problem.Full p -> form.status(HttpStatus.REQUEST_ENTITY_TOO_LARGE, 8, p.message());
            case Problem.LimitExceeded p ->
                later(form.status(HttpStatus.TOO_MANY_REQUESTS, 8, p.message()), p.retryAfter());
            case Problem.Unsupported p -> form.status(HttpStatus.NOT_IMPLEMENTED, 12, p.message());
            case Problem.Unavailable p ->
                later(form.status(HttpStatus.SERVICE_UNAVAILABLE, 14, p.message()), p.retryAfter());
            case Problem.Internal p -> form.status(HttpStatus.INTERNAL_SERVER_ERROR, 13, p.message());
        };
    }

    private static MutableHttpResponse<byte[]> later(MutableHttpResponse<byte[]> answer, Duration after) {
        return answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
    }
}
