package dev.fourfold.logs.line;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long the lines of some experiments are kept: {@code fourfold.logs.classes.<name>}. The class {@code default} is that
 * of runs that have none.
 *
 * @param name what an experiment's tag says
 * @param retention how long after they were received lines are kept: a number and h, d or w, or 0 for ever. Null where
 *     Micronaut took an environment variable for another name as well: {@code scratch-retention} of
 *     {@code FOURFOLD_LOGS_CLASSES_SCRATCH_RETENTION}
 */
@EachProperty("fourfold.logs.classes")
record RetentionClass(@Parameter String name, @Nullable String retention) {

    RetentionClass {
        if (!name.matches("[a-z][a-z0-9-]{0,31}") || name.equals("system")) {
            throw new IllegalArgumentException("fourfold.logs.classes." + name
                    + ": a class is called something of 1 to 32 lower-case letters, digits"
                    + " and -, a letter first, and not system, which is that of metrics of the machine");
        }
        if (retention != null && !retention.matches("0|[1-9][0-9]{0,5}[hdw]")) {
            throw new IllegalArgumentException("fourfold.logs.classes." + name
                    + ".retention is a number and h, d or w, or 0 for ever: " + retention);
        }
    }

    boolean isConfigured() {
        return retention != null;
    }

    boolean ends() {
        return retention != null && !retention.equals("0");
    }

    /** How long lines are kept, where they are not kept for ever. */
    Duration kept() {
        if (retention == null) {
            throw new IllegalStateException("Nothing is said of class " + name);
        }
        long number = Long.parseLong(retention.substring(0, retention.length() - 1));
        return switch (retention.charAt(retention.length() - 1)) {
            case 'h' -> Duration.ofHours(number);
            case 'd' -> Duration.ofDays(number);
            default -> Duration.ofDays(7 * number);
        };
    }
}
