package dev.fourfold.metrics.influx;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as InfluxQL writes them: {@code 520w}, {@code 168h0m0s}. */
final class InfluxTime {

    private static final Pattern PART = Pattern.compile("(\\d+)([wdhms])");

    private InfluxTime() {}

    /** Reads one; {@code 0s}, which means for ever, is zero. */
    static Duration parse(String text) {
        var sum = Duration.ZERO;
        var part = PART.matcher(text);
        int end = 0;
        while (part.find() && part.start() == end) {
            long count = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2).charAt(0)) {
                        case 'w' -> Duration.ofDays(7 * count);
                        case 'd' -> Duration.ofDays(count);
                        case 'h' -> Duration.ofHours(count);
                        case 'm' -> Duration.ofMinutes(count);
                        default -> Duration.ofSeconds(count);
                    });
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw new IllegalArgumentException("Not a duration of InfluxQL: " + text);
        }
        return sum;
    }

    /** Writes one, in seconds. */
    static String format(Duration duration) {
        return duration.toSeconds() + "s";
    }
}
