package dev.fourfold.metrics;

/** What the points of a series are spread along. */
public enum Axis {
    /** By timestamp, then step, then value: the order of a history. */
    TIME,

    /** By step, then timestamp, then value. */
    STEP
}
