package dev.fourfold.gateway.http;

import dev.fourfold.contract.Problem;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Asks clients to wait longer the longer it lasts. MLflow's waits exactly as long as {@code Retry-After} says, instead of
 * its own longer and longer waits, and gives up after seven times: a second each would be over before a failover is.
 */
final class Patience {

    /** Until then it may be over with the next request. */
    private static final long AT_ONCE_NANOS = Duration.ofSeconds(1).toNanos();

    /** What is added to the age of a trouble; so the seven waits are 1, 3, 6, 12, 24, 30 and 30 seconds. */
    private static final Duration ADDED = Duration.ofSeconds(2);

    /** The most that is asked for where something is away, and where there is only too much to do. */
    private static final Duration MOST_AWAY = Duration.ofSeconds(30);

    private static final Duration MOST_BUSY = Duration.ofSeconds(10);

    /** How long after the last wait that was asked for nobody must have met a trouble for it to be over. */
    private static final Duration OVER_AFTER = Duration.ofSeconds(5);

    private final LongSupplier nanos;
    private final ConcurrentHashMap<String, Trouble> troubles = new ConcurrentHashMap<>();

    /** Since when, and until when somebody was asked to wait. */
    private record Trouble(long sinceNanos, long untilNanos) {}

    Patience() {
        this(System::nanoTime);
    }

    Patience(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * The same problem, perhaps with a longer wait.
     *
     * @param busy whether it is the gateway as a whole that is over a limit, and not one caller or one thing
     */
    Problem with(Problem problem, boolean busy) {
        return switch (problem) {
            case Problem.Unavailable p ->
                new Problem.Unavailable(p.part(), p.message(), wait("away " + p.part(), p.retryAfter(), MOST_AWAY));
            case Problem.LimitExceeded p
            when busy -> new Problem.LimitExceeded(p.message(), wait("busy", p.retryAfter(), MOST_BUSY));
            case Problem.InvalidArgument _,
                    Problem.NotFound _,
                    Problem.AlreadyExists _,
                    Problem.InvalidState _,
                    Problem.Conflict _,
                    Problem.Unauthenticated _,
                    Problem.PermissionDenied _,
                    Problem.TooLarge _,
                    Problem.Full _,
                    Problem.LimitExceeded _,
                    Problem.Unsupported _,
                    Problem.Internal _ -> problem;
        };
    }

    private Duration wait(String what, Duration least, Duration most) {
        long now = nanos.getAsLong();
        var trouble = troubles.compute(what, (_, before) -> {
            long since = before == null || now - before.untilNanos() > OVER_AFTER.toNanos() ? now : before.sinceNanos();
            return new Trouble(since, now + wait(now - since, least, most).toNanos());
        });
        return Duration.ofNanos(trouble.untilNanos() - now);
    }

    private static Duration wait(long ageNanos, Duration least, Duration most) {
        if (ageNanos < AT_ONCE_NANOS) {
            return least;
        }
        var grown = Duration.ofNanos(ageNanos).plus(ADDED);
        var capped = grown.compareTo(most) > 0 ? most : grown;
        return capped.compareTo(least) < 0 ? least : capped;
    }
}
