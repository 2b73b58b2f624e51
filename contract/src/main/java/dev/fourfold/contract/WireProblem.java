package dev.fourfold.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Problem} as it crosses HTTP between two services of ours (media type {@value #MEDIA_TYPE}). The public API
 * has its own forms.
 *
 * @param kind the problem's name in kebab case
 * @param part for {@code unavailable}: what is away
 * @param retryAfterMillis for {@code unavailable} and {@code limit-exceeded}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WireProblem(
        String kind,
        String message,
        @Nullable String part,
        @Nullable Long retryAfterMillis) {

    /** Marks an answer's body as a problem of ours, so that a client can tell it from any other error page. */
    public static final String MEDIA_TYPE = "application/vnd.fourfold.problem+json";

    private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);

    /** The wire form of a problem. */
    public static WireProblem from(Problem problem) {
        return switch (problem) {
            case Problem.InvalidArgument p -> plain("invalid-argument", p);
            case Problem.NotFound p -> plain("not-found", p);
            case Problem.AlreadyExists p -> plain("already-exists", p);
            case Problem.InvalidState p -> plain("invalid-state", p);
            case Problem.Conflict p -> plain("conflict", p);
            case Problem.Unauthenticated p -> plain("unauthenticated", p);
            case Problem.PermissionDenied p -> plain("permission-denied", p);
            case Problem.TooLarge p -> plain("too-large", p);
            case Problem.Full p -> plain("full", p);
            case Problem.LimitExceeded p ->
                new WireProblem(
                        "limit-exceeded", p.message(), null, p.retryAfter().toMillis());
            case Problem.Unsupported p -> plain("unsupported", p);
            case Problem.Unavailable p ->
                new WireProblem(
                        "unavailable", p.message(), p.part(), p.retryAfter().toMillis());
            case Problem.Internal p -> plain("internal", p);
        };
    }

    /** The problem that this is the wire form of; an unknown kind (a newer service) is an internal problem. */
    public Problem toProblem() {
        Duration retryAfter = retryAfterMillis == null ? DEFAULT_RETRY : Duration.ofMillis(retryAfterMillis);
        return switch (kind) {
            case "invalid-argument" -> new Problem.InvalidArgument(message);
            case "not-found" -> new Problem.NotFound(message);
            case "already-exists" -> new Problem.AlreadyExists(message);
            case "invalid-state" -> new Problem.InvalidState(message);
            case "conflict" -> new Problem.Conflict(message);
            case "unauthenticated" -> new Problem.Unauthenticated(message);
            case "permission-denied" -> new Problem.PermissionDenied(message);
            case "too-large" -> new Problem.TooLarge(message);
            case "full" -> new Problem.Full(message);
            case "limit-exceeded" -> new Problem.LimitExceeded(message, retryAfter);
            case "unsupported" -> new Problem.Unsupported(message);
            case "unavailable" -> new Problem.Unavailable(part == null ? "unknown" : part, message, retryAfter);
            default -> new Problem.Internal(message);
        };
    }

    /** The HTTP status that a service answers its caller with; the kind, not the status, is what the caller reads. */
    public int status() {
        return switch (toProblem()) {
            case Problem.InvalidArgument p -> 400;
            case Problem.InvalidState p -> 400;
            case Problem.Unauthenticated p -> 401;
            case Problem.PermissionDenied p -> 403;
            case Problem.NotFound p -> 404;
            case Problem.AlreadyExists p -> 409;
            case Problem.Conflict p -> 409;
            case Problem.TooLarge p -> 413;
            case Problem.Full p -> 413;
            case Problem.LimitExceeded p -> 429;
            case Problem.Unsupported p -> 501;
            case Problem.Unavailable p -> 503;
            case Problem.Internal p -> 500;
        };
    }

    private static WireProblem plain(String kind, Problem problem) {
        return new WireProblem(kind, problem.message(), null, null);
    }
}
