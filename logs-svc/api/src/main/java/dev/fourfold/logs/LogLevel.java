package dev.fourfold.logs;

/** How grave a line is, in rising order; names and numbers of other systems map onto these. */
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    FATAL
}
