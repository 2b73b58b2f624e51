package dev.fourfold.logs;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.Unicode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a line must keep to, wherever it comes from. Logs-svc holds every line to it; a door may ask before. */
public final class LineLimits {

    /** A message's UTF-8, in bytes. */
    public static final int LONGEST_MESSAGE = 1 << 20;

    /** The UTF-8 of the fields, in bytes. */
    public static final int LONGEST_FIELDS = 1 << 20;

    /** A writer's and a stream's characters. */
    public static final int LONGEST_NAME = 250;

    private LineLimits() {}

    /**
     * What is wrong with a line: {@code InvalidArgument}, or {@code TooLarge} for its message and fields.
     *
     * @param where how the message begins, to say which line it is
     */
    public static Optional<Problem> problemOf(LogLine line, String where) {
        @Nullable String name = firstNonNull(name(line.writer(), "writer"), name(line.stream(), "stream"));
        if (name != null) {
            return Optional.of(new Problem.InvalidArgument(where + name));
        }
        if (line.sequence() < 0) {
            return Optional.of(
                    new Problem.InvalidArgument(where + "sequence is " + line.sequence() + ", and must be 0 or more"));
        }
        if (line.timeNanos() < 0) {
            return Optional.of(
                    new Problem.InvalidArgument(where + "time is " + line.timeNanos() + ", and must be 0 or more"));
        }
        @Nullable String text = text(line.message(), "message");
        if (text != null) {
            return Optional.of(new Problem.InvalidArgument(where + text));
        }
        if (longer(line.message(), LONGEST_MESSAGE)) {
            return Optional.of(
                    new Problem.TooLarge(where + "a message has up to " + LONGEST_MESSAGE + " bytes of UTF-8"));
        }
        String fields = line.fields();
        if (fields != null && longer(fields, LONGEST_FIELDS)) {
            return Optional.of(new Problem.TooLarge(where + "fields have up to " + LONGEST_FIELDS + " bytes of UTF-8"));
        }
        return Optional.empty();
    }

    private static @Nullable String firstNonNull(@Nullable String one, @Nullable String other) {
        return one != null ? one : other;
    }

    private static @Nullable String name(String name, String what) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            return what + " has 1 to " + LONGEST_NAME + " characters and no control characters";
        }
        return text(name, what);
    }

    /** Half a surrogate pair has no UTF-8, and would come back as a question mark. */
    private static @Nullable String text(String text, String what) {
        return Unicode.isWhole(text) ? null : what + " is not valid Unicode";
    }

    private static boolean longer(String text, int limit) {
        return text.length() > limit || text.getBytes(StandardCharsets.UTF_8).length > limit;
    }
}
