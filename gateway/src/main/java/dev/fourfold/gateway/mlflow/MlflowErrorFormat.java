package dev.fourfold.gateway.mlflow;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.ErrorFormat;
import dev.fourfold.gateway.http.Json;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Errors as MLflow 3.17.2 gives them. The statuses decide what its client does: it repeats 408, 429, 500, 502, 503 and
 * 504 for minutes, so a client's mistake is never one of those, and it takes an HTML 404 for an endpoint that an older
 * server does not have, and falls back.
 */
@Singleton
final class MlflowErrorFormat implements ErrorFormat {

    private static final MediaType HTML = MediaType.of("text/html; charset=utf-8");

    /** MLflow's own client waits seven times, and for exactly as long as {@code Retry-After} says. */
    @Override
    public boolean countsWaits() {
        return true;
    }

    @Override
    public String pathPrefix() {
        return "/"; // MLflow's routes are spread over the whole root.
    }

    @Override
    public MutableHttpResponse<byte[]> problem(Problem problem) {
        return switch (problem) {
            case Problem.InvalidArgument p -> answer(400, "INVALID_PARAMETER_VALUE", p);
            // MLflow answers 500 INVALID_STATE, which its client would repeat for four minutes.
            case Problem.InvalidState p -> answer(400, "INVALID_PARAMETER_VALUE", p);
            case Problem.AlreadyExists p -> answer(400, "RESOURCE_ALREADY_EXISTS", p);
            case Problem.NotFound p -> answer(404, "RESOURCE_DOES_NOT_EXIST", p);
            case Problem.Conflict p -> answer(409, "RESOURCE_CONFLICT", p);
            case Problem.Unauthenticated p -> answer(401, "UNAUTHENTICATED", p);
            case Problem.PermissionDenied p -> answer(403, "PERMISSION_DENIED", p);
            case Problem.TooLarge p -> answer(413, "INVALID_PARAMETER_VALUE", p);
            case Problem.Full p -> answer(413, "RESOURCE_EXHAUSTED", p);
            case Problem.LimitExceeded p -> retryAfter(answer(429, "REQUEST_LIMIT_EXCEEDED", p), p.retryAfter());
            case Problem.Unsupported p -> answer(501, "NOT_IMPLEMENTED", p);
            case Problem.Unavailable p -> retryAfter(answer(503, "TEMPORARILY_UNAVAILABLE", p), p.retryAfter());
            case Problem.Internal p -> answer(500, "INTERNAL_ERROR", p);
        };
    }

    @Override
    public MutableHttpResponse<byte[]> refusal(HttpStatus status, String message) {
        return switch (status) {
            case NOT_FOUND ->
                html(
                        status,
                        "The requested URL was not found on the server. If you entered the URL manually please check"
                                + " your spelling and try again.");
            case METHOD_NOT_ALLOWED -> html(status, "The method is not allowed for the requested URL.");
            case REQUEST_ENTITY_TOO_LARGE -> problem(new Problem.TooLarge(message));
            case UNAUTHORIZED -> problem(new Problem.Unauthenticated(message));
            case FORBIDDEN -> problem(new Problem.PermissionDenied(message));
            default -> problem(new Problem.InvalidArgument(message)).status(status);
        };
    }

    /** MLflow's BAD_REQUEST, which no problem is told as in general. */
    static MutableHttpResponse<byte[]> badRequest(Problem problem) {
        return answer(400, "BAD_REQUEST", problem);
    }

    private static MutableHttpResponse<byte[]> html(HttpStatus status, String sentence) {
        String page = """
                <!doctype html>
                <html lang=en>
                <title>%d %s</title>
                <h1>%s</h1>
                <p>%s</p>
                """.formatted(status.getCode(), status.getReason(), status.getReason(), sentence);
        return HttpResponse.<byte[]>status(status).contentType(HTML).body(page.getBytes(StandardCharsets.UTF_8));
    }

    private static MutableHttpResponse<byte[]> answer(int status, String code, Problem problem) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("error_code", code);
            out.writeStringField("message", problem.message());
            String sqlstate = sqlstate(code);
            if (sqlstate != null) {
                out.writeStringField("sqlstate", sqlstate);
                out.writeStringField("error_class", errorClass(code));
            }
            out.writeEndObject();
        });
        return HttpResponse.<byte[]>status(HttpStatus.valueOf(status))
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .body(json);
    }

    private static MutableHttpResponse<byte[]> retryAfter(MutableHttpResponse<byte[]> answer, Duration after) {
        return answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
    }

    private static @Nullable String sqlstate(String code) {
        return switch (code) {
            case "INVALID_PARAMETER_VALUE",
                    "BAD_REQUEST",
                    "RESOURCE_ALREADY_EXISTS",
                    "RESOURCE_DOES_NOT_EXIST",
                    "PERMISSION_DENIED" -> "KAM00";
            case "INTERNAL_ERROR", "TEMPORARILY_UNAVAILABLE" -> "XXM00";
            default -> null;
        };
    }

    private static String errorClass(String code) {
        return switch (code) {
            case "RESOURCE_DOES_NOT_EXIST" -> "RESOURCE_NOT_FOUND";
            case "BAD_REQUEST" -> "INVALID_PARAMETER_VALUE";
            case "INTERNAL_ERROR", "TEMPORARILY_UNAVAILABLE" -> "CLIENT_INTERNAL_ERROR";
            default -> code;
        };
    }
}
