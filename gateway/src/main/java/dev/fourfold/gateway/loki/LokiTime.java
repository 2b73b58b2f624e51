package dev.fourfold.gateway.loki;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.lines.EpochNanos;
import io.micronaut.http.HttpRequest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The time that a request asks about, as Loki reads it: nanoseconds since 1970, seconds with a fraction or in up to ten
 * digits, or RFC 3339.
 *
 * @param startNanos inclusive
 * @param endNanos exclusive for lines
 */
record LokiTime(long startNanos, long endNanos) {

    private static final long NANOS = 1_000_000_000L;
    private static final long UNLESS_SAID = Duration.ofHours(1).toNanos();

    /** {@code start} and {@code end}: the last hour, unless said. */
    static LokiTime of(HttpRequest<?> request) {
        long end = Math.min(at(request, "end", EpochNanos.of(Instant.now())), Long.MAX_VALUE - 1);
        long start = at(request, "start", Math.max(0, end - UNLESS_SAID));
        if (start < 0 || end <= start) {
            throw new Problem.InvalidArgument("'end' is after 'start', and both are since 1970.").toException();
        }
        return new LokiTime(start, end);
    }

    /** {@code time}: now, unless said. */
    static long instant(HttpRequest<?> request) {
        return Math.min(at(request, "time", EpochNanos.of(Instant.now())), Long.MAX_VALUE - 1);
    }

    /** {@code step}: a duration or seconds; a 250th of the time, and a second at least, unless said. */
    long step(HttpRequest<?> request) {
        String text = request.getParameters().get("step");
        if (text == null || text.isEmpty()) {
            return Math.max(NANOS, (endNanos - startNanos) / 250);
        }
        long nanos = Durations.nanos(text);
        if (nanos == 0 && text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            nanos = new BigDecimal(text).movePointRight(9).longValue();
        }
        if (nanos < 1) {
            throw new Problem.InvalidArgument("'step' is a duration, as 500ms or 5m, or seconds.").toException();
        }
        return nanos;
    }

    private static long at(HttpRequest<?> request, String name, long unlessSaid) {
        @Nullable String text = request.getParameters().get(name);
        if (text == null || text.isEmpty()) {
            return unlessSaid;
        }
        try {
            if (text.matches("\\d{11,19}")) {
                return Long.parseLong(text);
            }
            if (text.matches("\\d{1,10}(\\.\\d{1,9})?")) {
                return new BigDecimal(text)
                        .movePointRight(9)
                        .setScale(0, RoundingMode.FLOOR)
                        .longValueExact();
            }
            return EpochNanos.of(OffsetDateTime.parse(text).toInstant());
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            throw new Problem.InvalidArgument(
                            "'" + name + "' is a time: nanoseconds since 1970, seconds, or 2026-01-31T12:00:00Z.")
                    .toException(e);
        }
    }
}
