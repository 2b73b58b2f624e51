package dev.fourfold.cache.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** What a command that failed says: that the connection is of no use, or only that this command was refused. */
final class Refusals {

    /** The server is not, or not yet, the primary that was connected to, or has forgotten its scripts. */
    private static final List<String> OF_THE_SERVER = List.of("READONLY", "NOSCRIPT", "LOADING", "MASTERDOWN");

    private Refusals() {}

    /** Whether another connection may fare better; a refusal that is the command's own says that this one works. */
    static boolean isOfTheLink(Throwable failure) {
        Throwable cause = causeOf(failure);
        return !(cause instanceof RedisCommandExecutionException)
                || OF_THE_SERVER.stream().anyMatch(word -> says(cause, word));
    }

    /** Whether Redis has no memory left for what the command adds. */
    static boolean isOfMemory(Throwable failure) {
        Throwable cause = causeOf(failure);
        return cause instanceof RedisCommandExecutionException && says(cause, "OOM");
    }

    private static Throwable causeOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof ExecutionException && cause != null ? cause : failure;
    }

    /** Anywhere: an error within a script is told of with where it was. */
    private static boolean says(Throwable failure, String word) {
        String message = failure.getMessage();
        return message != null && message.contains(word);
    }
}
