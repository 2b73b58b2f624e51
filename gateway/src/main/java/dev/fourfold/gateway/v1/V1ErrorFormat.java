package dev.fourfold.gateway.v1;

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
import org.jspecify.annotations.Nullable;

/** Errors as problem details (RFC 9457); the type names the kind of problem, the title says it for all of its kind. */
@Singleton
final class V1ErrorFormat implements ErrorFormat {

    /** What is said of a problem whose kind says it all. */
    private static final String TYPES = "urn:fourfold:problem:";

    @Override
    public String pathPrefix() {
        return V1.PATH;
    }

    @Override
    public MutableHttpResponse<byte[]> problem(Problem problem) {
        return switch (problem) {
            case Problem.InvalidArgument p -> answer(400, "invalid-argument", "Invalid argument", p);
            case Problem.Unauthenticated p -> answer(401, "unauthenticated", "Not signed in", p);
            case Problem.PermissionDenied p -> answer(403, "permission-denied", "Permission denied", p);
            case Problem.NotFound p -> answer(404, "not-found", "Not found", p);
            case Problem.AlreadyExists p -> answer(409, "already-exists", "Already exists", p);
            case Problem.InvalidState p -> answer(409, "invalid-state", "Not in a state that allows it", p);
            case Problem.Conflict p -> answer(409, "conflict", "Conflict with a concurrent change", p);
            case Problem.TooLarge p -> answer(413, "too-large", "Too large", p);
            case Problem.Full p -> answer(413, "full", "Full", p);
            case Problem.LimitExceeded p ->
                retryAfter(answer(429, "limit-exceeded", "Over a limit that passes with time", p), p.retryAfter());
            case Problem.Internal p -> answer(500, "internal", "Internal error", p);
            case Problem.Unsupported p -> answer(501, "unsupported", "Not offered here", p);
            case Problem.Unavailable p ->
                retryAfter(
                        render(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "Unavailable now", p.message(), p.part()),
                        p.retryAfter());
        };
    }

    @Override
    public MutableHttpResponse<byte[]> refusal(HttpStatus status, String message) {
        return render(status, "http-" + status.getCode(), status.getReason(), message, null);
    }

    private static MutableHttpResponse<byte[]> answer(int status, String type, String title, Problem problem) {
        return render(HttpStatus.valueOf(status), type, title, problem.message(), null);
    }

    private static MutableHttpResponse<byte[]> render(
            HttpStatus status, String type, String title, String detail, @Nullable String part) {
        byte[] json = Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("type", TYPES + type);
            out.writeStringField("title", title);
            out.writeNumberField("status", status.getCode());
            out.writeStringField("detail", detail);
            if (part != null) {
                out.writeStringField("part", part);
            }
            out.writeEndObject();
        });
        return HttpResponse.<byte[]>status(status)
                .contentType(MediaType.APPLICATION_JSON_PROBLEM_TYPE)
                .body(json);
    }

    private static MutableHttpResponse<byte[]> retryAfter(MutableHttpResponse<byte[]> answer, Duration after) {
        return answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
    }
}
