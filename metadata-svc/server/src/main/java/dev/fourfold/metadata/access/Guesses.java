package dev.fourfold.metadata.access;

import dev.fourfold.contract.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts wrong passwords, and refuses to look at more once there were too many: of a user from one address, of an address
 * for all users, and of a user from everywhere. There are so many wrong ones at once, and one is forgiven every few
 * seconds. Of a user from everywhere there are far more than one address may try: otherwise whoever guesses would lock out
 * who knows.
 */
final class Guesses {

    /** How many wrong passwords at once, and how long until one of them is forgiven. */
    record Allowance(int most, Duration each) {

        private long room() {
            return each.toNanos() * (most - 1);
        }
    }

    static final Allowance OF_USER_FROM_ADDRESS = new Allowance(10, Duration.ofSeconds(6));

    /** Several people may come from one address. */
    static final Allowance OF_ADDRESS = new Allowance(30, Duration.ofSeconds(2));

    /** As fast as ten addresses may guess that do nothing else. */
    static final Allowance OF_USER = new Allowance(300, Duration.ofMillis(600));

    static final int MOST_KEPT = 10_000;

    /** What was wrong lately: when it will all have been forgiven, by the clock. */
    private final Map<String, Long> forgivenAt = new HashMap<>();

    private final LongSupplier nanos;

    private record Counted(String key, Allowance allowance) {}

    /** @param nanos as {@link System#nanoTime} */
    Guesses(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Throws {@code LimitExceeded} where there were too many. Whoever passes is counted as wrong until {@link #forgive}. */
    void begin(String username, @Nullable String address) {
        long now = nanos.getAsLong();
        synchronized (forgivenAt) {
            for (Counted one : counted(username, address)) {
                long waits = forgivenAt.getOrDefault(one.key(), now) - now;
                long room = one.allowance().room();
                if (waits > room) {
                    long millis = Math.max(1, Duration.ofNanos(waits - room).toMillis());
                    throw new Problem.LimitExceeded("Too many wrong passwords.", Duration.ofMillis(millis))
                            .toException();
                }
            }
            for (Counted one : counted(username, address)) {
                long from = Math.max(now, forgivenAt.getOrDefault(one.key(), now));
                forgivenAt.put(one.key(), from + one.allowance().each().toNanos());
            }
            if (forgivenAt.size() > MOST_KEPT) {
                makeRoom(now);
            }
        }
    }

    /** It was no wrong password: what {@link #begin} counted is forgotten. */
    void forgive(String username, @Nullable String address) {
        long now = nanos.getAsLong();
        synchronized (forgivenAt) {
            for (Counted one : counted(username, address)) {
                forgivenAt.computeIfPresent(one.key(), (_, until) -> {
                    long before = until - one.allowance().each().toNanos();
                    return before - now <= 0 ? null : before;
                });
            }
        }
    }

    /** How many counts are kept. */
    int kept() {
        synchronized (forgivenAt) {
            return forgivenAt.size();
        }
    }

    /** Forgets a tenth: what soonest will be forgiven, so that a long row of wrong ones is not pushed out by others. */
    private void makeRoom(long now) {
        long[] rests = forgivenAt.values().stream()
                .mapToLong(until -> until - now)
                .sorted()
                .toArray();
        long shortest = rests[MOST_KEPT / 10];
        forgivenAt.values().removeIf(until -> until - now <= shortest);
    }

    /** A name has no slash. */
    private static List<Counted> counted(String username, @Nullable String address) {
        return Stream.of(
                        new Counted(
                                "user:" + username + "/" + Objects.requireNonNullElse(address, ""),
                                OF_USER_FROM_ADDRESS),
                        new Counted("user:" + username, OF_USER),
                        address == null ? null : new Counted("address:" + address, OF_ADDRESS))
                .filter(Objects::nonNull)
                .toList();
    }
}
