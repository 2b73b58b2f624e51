package dev.fourfold.metadata.state;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.text.Texts;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What namespaces of training state may be called, and have. */
public final class NamespaceRules {

    static final long MOST_KEYS = 1_000_000;
    static final long MOST_VALUE_BYTES = 1 << 20;
    static final long SHORTEST_LEASE_MILLIS = 100;
    static final long LONGEST_LEASE_MILLIS = 3_600_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private NamespaceRules() {}

    /** Refuses what no namespace is called. */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Texts.invalid("The name of a namespace has 1 to 100 letters, digits, underscores, dots and hyphens,"
                    + " and does not begin with a dot or hyphen; '" + Texts.cut(100, name) + "' does not.");
        }
    }

    static void check(DefineNamespace namespace) {
        checkName(namespace.name());
        checkLimit("max_keys", namespace.maxKeys(), 1, MOST_KEYS);
        checkLimit("max_value_bytes", namespace.maxValueBytes(), 1, MOST_VALUE_BYTES);
        checkLimit("max_lease_ms", namespace.maxLeaseMillis(), SHORTEST_LEASE_MILLIS, LONGEST_LEASE_MILLIS);
    }

    /** As many namespaces as may be. */
    public static Problem tooMany(long most) {
        return new Problem.LimitExceeded(
                "There are " + most + " namespaces of training state, the most that may be:" + " delete one.",
                RETRY_AFTER);
    }

    /** Deleted at this moment. */
    public static Problem changing(String name) {
        return new Problem.Conflict("The namespace '" + name + "' is being changed.");
    }

    private static void checkLimit(String what, @Nullable Long value, long least, long most) {
        if (value != null && (value < least || value > most)) {
            throw Texts.invalid(
                    "'" + what + "' is a whole number from " + least + " to " + most + ", not " + value + ".");
        }
    }
}
