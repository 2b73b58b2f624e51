package dev.fourfold.metrics.move;

import dev.fourfold.metrics.Point;
import org.jspecify.annotations.Nullable;

/**
 * What two stores have of a run.
 *
 * @param difference the first place at which they differ, null where they are equal
 */
public record Compared(Tally source, Tally target, @Nullable Difference difference) {

    /** How many points, and their checksum. */
    public record Tally(long points, long checksum) {}

    /** A point that only one of the stores has. */
    public record Difference(Point point, Engine onlyIn) {}
}
