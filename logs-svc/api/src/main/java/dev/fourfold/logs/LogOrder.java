package dev.fourfold.logs;

/** Which lines come first; those of equal time are in the order of run, writer, stream and sequence, or its reverse. */
public enum LogOrder {
    OLDEST_FIRST,
    NEWEST_FIRST
}
