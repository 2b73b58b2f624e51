package dev.fourfold.logs.line;

import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;

/**
 * Lines, and what they weigh.
 *
 * @param bytes the sum of {@link LogLine#weight}
 */
public record RunSize(long lines, long bytes) {

    /** Nothing. */
    public static final RunSize NONE = new RunSize(0, 0);

    /** That of a batch. */
    static RunSize of(LogBatch batch) {
        return new RunSize(
                batch.lines().size(),
                batch.lines().stream().mapToLong(LogLine::weight).sum());
    }

    RunSize plus(RunSize other) {
        return new RunSize(lines + other.lines, bytes + other.bytes);
    }

    RunSize minus(RunSize other) {
        return new RunSize(lines - other.lines, bytes - other.bytes);
    }
}
