package dev.fourfold.metrics.move;

/** Sums over the runs of a move. */
public record Totals(long runs, long runsCopied, long runsEqual, long runsDifferent, long copied, long compared) {}
