package dev.fourfold.cache.state;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.Unicode;
import java.util.regex.Pattern;

/** What names, holders and times of training state may be. */
final class StateRules {

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:@=+-]{0,199}");
    private static final int LONGEST_HOLDER = 250;
    private static final long SHORTEST_MILLIS = 100;

    /** A year: longer is for ever. */
    static final long LONGEST_MILLIS = 366L * 24 * 3_600_000;

    private StateRules() {}

    /** A namespace; braces in it would break the hash tag of its keys. */
    static void checkNamespace(String namespace) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw invalid(
                    "The name of a namespace has 1 to 100 letters, digits, underscores, dots and hyphens, and does"
                            + " not begin with a dot or hyphen.");
        }
    }

    /** The name of an entry. */
    static void checkName(String namespace, String name) {
        checkNamespace(namespace);
        if (!NAME.matcher(name).matches()) {
            throw invalid(
                    "A name has 1 to 200 characters of A-Z a-z 0-9 _ . : @ = + -, and begins with a letter, digit or"
                            + " underscore.");
        }
    }

    /** Who holds, arrives or asks. */
    static void checkHolder(String what, String holder) {
        boolean printable = Unicode.isWhole(holder) && holder.codePoints().noneMatch(Character::isISOControl);
        if (holder.isEmpty() || holder.length() > LONGEST_HOLDER || !printable) {
            throw invalid("'" + what + "' has 1 to " + LONGEST_HOLDER + " printable characters.");
        }
    }

    /** For how long; the namespace may allow less. */
    static void checkTtl(long ttlMillis) {
        if (ttlMillis < SHORTEST_MILLIS) {
            throw invalid("'ttl_ms' is " + SHORTEST_MILLIS + " at least, not " + ttlMillis + ".");
        }
    }

    static ProblemException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
