package dev.fourfold.contract;

import java.time.Duration;

/**
 * Why an operation was refused or could not be done. Thrown inside a {@link ProblemException}; each API family of the
 * gateway maps it to its own form in one place, by a switch without {@code default}.
 */
public sealed interface Problem {

    /** A sentence for the caller; never holds secrets, SQL or a stack trace. */
    String message();

    /** The caller sent something that can never be accepted. */
    record InvalidArgument(String message) implements Problem {}

    /** The thing named by the caller does not exist. */
    record NotFound(String message) implements Problem {}

    /** The name or id that the caller wants to create is taken. */
    record AlreadyExists(String message) implements Problem {}

    /** The request is well formed, but the thing it names is not in a state that allows it. */
    record InvalidState(String message) implements Problem {}

    /** The request met a concurrent change; repeating it from the start may succeed. */
    record Conflict(String message) implements Problem {}

    /** No credentials, or credentials that are not valid. */
    record Unauthenticated(String message) implements Problem {}

    /** The caller is known and may not do this. */
    record PermissionDenied(String message) implements Problem {}

    /** The request's body, or the thing it would create, is over a fixed limit. */
    record TooLarge(String message) implements Problem {}

    /** What the request would add to has all that it may have: sending it again leads nowhere. */
    record Full(String message) implements Problem {}

    /** The caller, or the platform, is over a limit that passes with time. */
    record LimitExceeded(String message, Duration retryAfter) implements Problem {}

    /** What was asked for is not offered by this deployment, for example by its artifact store. */
    record Unsupported(String message) implements Problem {}

    /**
     * A store or a service cannot be reached now. The request may or may not have happened; repeating it mends it.
     *
     * @param part what is away: {@code postgresql}, {@code influxdb}, {@code mongodb}, {@code redis},
     *     {@code artifact-store}, or a service's name
     */
    record Unavailable(String part, String message, Duration retryAfter) implements Problem {}

    /** A defect of ours. The message says no more than that; the log has the cause under the request's id. */
    record Internal(String message) implements Problem {}

    /** Shorthand for the one exception that carries a problem. */
    default ProblemException toException() {
        return new ProblemException(this);
    }

    /** Shorthand for the one exception that carries a problem, with what caused it. */
    default ProblemException toException(Throwable cause) {
        return new ProblemException(this, cause);
    }
}
