package dev.fourfold.gateway.grafana;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.ErrorFormat;
import dev.fourfold.gateway.http.Json;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Errors as InfluxDB tells them: Grafana shows what {@code error} says. */
@Singleton
final class InfluxErrorFormat implements ErrorFormat {

    @Override
    public String pathPrefix() {
        return GrafanaController.PATH;
    }

    @Override
    public MutableHttpResponse<byte[]> problem(Problem problem) {
        return switch (problem) {
            case Problem.InvalidArgument p -> error(HttpStatus.BAD_REQUEST, p.message());
            case Problem.NotFound p -> error(HttpStatus.NOT_FOUND, p.message());
            case Problem.AlreadyExists p -> error(HttpStatus.CONFLICT, p.message());
            case Problem.InvalidState p -> error(HttpStatus.CONFLICT, p.message());
            case Problem.Conflict p -> error(HttpStatus.CONFLICT, p.message());
            case Problem.Unauthenticated p -> error(HttpStatus.UNAUTHORIZED, p.message());
            case Problem.PermissionDenied p -> error(HttpStatus.FORBIDDEN, p.message());
            case Problem.TooLarge p -> error(HttpStatus.REQUEST_ENTITY_TOO_LARGE, p.message());
            case Problem.Full p -> error(HttpStatus.REQUEST_ENTITY_TOO_LARGE, p.message());
            case Problem.LimitExceeded p -> later(error(HttpStatus.TOO_MANY_REQUESTS, p.message()), p.retryAfter());
            case Problem.Unsupported p -> error(HttpStatus.NOT_IMPLEMENTED, p.message());
            case Problem.Unavailable p -> later(error(HttpStatus.SERVICE_UNAVAILABLE, p.message()), p.retryAfter());
            case Problem.Internal p -> error(HttpStatus.INTERNAL_SERVER_ERROR, p.message());
        };
    }

    @Override
    public MutableHttpResponse<byte[]> refusal(HttpStatus status, String message) {
        return error(status, message);
    }

    private static MutableHttpResponse<byte[]> error(HttpStatus status, String message) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("error", message);
            out.writeEndObject();
        });
        return HttpResponse.<byte[]>status(status)
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .body(json);
    }

    private static MutableHttpResponse<byte[]> later(MutableHttpResponse<byte[]> answer, Duration after) {
        return answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
    }
}
