package dev.fourfold.cache.state;

import dev.fourfold.contract.Problem;
import java.time.Duration;

/** What can be wrong with training state. */
public final class StateProblems {

    private static final Duration RETRY_AWAY = Duration.ofSeconds(1);
    private static final Duration RETRY_FULL = Duration.ofSeconds(5);

    private StateProblems() {}

    /** Redis did not answer; whether it did what it was told is not known. */
    public static Problem away(String reason) {
        return new Problem.Unavailable("redis", "Redis is away: " + reason, RETRY_AWAY);
    }

    /** It is not known who holds what. */
    public static Problem closed(String namespace, Duration wait) {
        return new Problem.Unavailable(
                "redis",
                "Redis was started again, or forgot: leases of the namespace '" + namespace
                        + "' that it does not know of" + " may be held for another " + wait.toMillis() + " ms.",
                wait.plusMillis(999));
    }

    /** No room for one more entry. */
    public static Problem full(String namespace, long most) {
        return new Problem.LimitExceeded(
                "The namespace '" + namespace + "' is full: it may have " + most + " keys.", RETRY_FULL);
    }

    /** No memory for one more entry; what is there can be read, prolonged and removed. */
    public static Problem noMemory() {
        return new Problem.LimitExceeded("Redis has no memory left for more training state.", RETRY_FULL);
    }

    /** A lease for longer than the namespace allows. */
    public static Problem tooLong(String namespace, long most) {
        return new Problem.InvalidArgument(
                "A lease of the namespace '" + namespace + "' lasts " + most + " ms at most: renew it instead.");
    }

    /** Another holds it. */
    public static Problem held(String name, String holder, long millis) {
        return new Problem.Conflict(
                "The lease '" + name + "' is held by '" + holder + "' for another " + millis + " ms.");
    }

    /** Over, or given to another since. */
    public static Problem lost(String name) {
        return new Problem.InvalidState("The lease '" + name + "' is not held under that token any more.");
    }

    /** A barrier for more or fewer workers. */
    public static Problem otherParties(String name, long parties) {
        return new Problem.InvalidState("The barrier '" + name + "' has " + parties + " parties.");
    }

    /** Nobody waits there. */
    public static Problem nobodyCame(String name) {
        return new Problem.NotFound("Nobody has come to a barrier '" + name + "'.");
    }

    /** Nobody holds it. */
    public static Problem nobody(String name) {
        return new Problem.NotFound("Nobody holds a lease '" + name + "'.");
    }

    /** Not to be removed while somebody relies on it. */
    public static Problem leased(String namespace, long leases) {
        return new Problem.InvalidState("The namespace '" + namespace + "' has " + leases
                + " leases that are held: it can be deleted when they are over.");
    }

    /** A value larger than the namespace takes. */
    public static Problem tooLarge(long most) {
        return new Problem.TooLarge("A value of this namespace has " + most + " bytes at most.");
    }

    /** A repeat that is none. */
    public static Problem reused() {
        return new Problem.InvalidArgument(
                "The 'request_id' was another request's about the same: give each request one of its own.");
    }

    /** Somebody else set it since. */
    public static Problem otherVersion(String key, long version) {
        return new Problem.Conflict(
                version == 0
                        ? "There is no value '" + key + "' to replace."
                        : "The value '" + key + "' has version " + version + ".");
    }

    /** No value of that key. */
    public static Problem noValue(String key) {
        return new Problem.NotFound("There is no value '" + key + "'.");
    }

    /** No counter of that name. */
    public static Problem noCounter(String counter) {
        return new Problem.NotFound("There is no counter '" + counter + "'.");
    }

    /** More than 64 bits hold. */
    public static Problem overflow(String counter) {
        return new Problem.InvalidArgument("The counter '" + counter + "' would go past 64 bits.");
    }
}
