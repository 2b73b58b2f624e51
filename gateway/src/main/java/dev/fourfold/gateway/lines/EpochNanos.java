package dev.fourfold.gateway.lines;

import java.time.Instant;

/** Times as lines have them: nanoseconds since 1970, which reach to the year 2262. */
public final class EpochNanos {

    private static final long NANOS = 1_000_000_000L;

    private EpochNanos() {}

    /** A time; {@link ArithmeticException} where it is out of reach. */
    public static long of(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
    }
}
