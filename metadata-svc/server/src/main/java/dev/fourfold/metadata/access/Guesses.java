package dev.fourfold.metadata.access;

import dev.fourfold.contract.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts wrong passwords for each user and each address, and refuses to look at more once there were too many. A user has
 * so many wrong ones at once, and gets one back every few seconds.
 */
final class Guesses {

    /** How many wrong passwords at once, and how long until one of them is forgiven. */
    private record Allowance(int most, Duration each) {}

    private static final Allowance OF_USER = new Allowance(10, Duration.ofSeconds(6));

    /** Several people may come from one address. */
    private static final Allowance OF_ADDRESS = new Allowance(30, Duration.ofSeconds(2));

    private static final int MOST_KEPT = 10_000;

    /** What was wrong lately: when it will all have been forgiven, by {@link System#nanoTime}. */
    private final Map<String, Long> forgivenAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_KEPT;
        }
    };

    private record Counted(String key, Allowance allowance) {}

    /** Throws {@code LimitExceeded} where there were too many. Whoever passes is counted as wrong until {@link #forgive}. */
    void begin(String username, @Nullable String address) {
        long now = System.nanoTime();
        synchronized (forgivenAt) {
            for (Counted one : counted(username, address)) {
                long waits = forgivenAt.getOrDefault(one.key(), now) - now;
                long room = one.allowance().each().toNanos() * (one.allowance().most() - 1);
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
        }
    }

    /** It was no wrong password: what {@link #begin} counted is forgotten. */
    void forgive(String username, @Nullable String address) {
        synchronized (forgivenAt) {
            for (Counted one : counted(username, address)) {
                forgivenAt.computeIfPresent(
                        one.key(), (_, until) -> until - one.allowance().each().toNanos());
            }
        }
    }

    private static List<Counted> counted(String username, @Nullable String address) {
        return Stream.of(
                        new Counted("user:" + username, OF_USER),
                        address == null ? null : new Counted("address:" + address, OF_ADDRESS))
                .filter(one -> one != null)
                .toList();
    }
}
