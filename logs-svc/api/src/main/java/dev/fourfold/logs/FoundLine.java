package dev.fourfold.logs;

/** A line and the run that it is of. */
public record FoundLine(String runId, LogLine line) {}
