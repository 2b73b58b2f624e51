package dev.fourfold.logs;

import org.jspecify.annotations.Nullable;

/**
 * One line of a training's output.
 *
 * @param writer who wrote it: random for each process, so that a resumed run or a second rank never collides
 * @param stream {@code stdout}, {@code stderr} or a logger's name
 * @param sequence the line's number within (writer, stream), from 0; with those and the run it is the line's identity
 * @param timeNanos since 1970 in nanoseconds
 * @param message whole, up to 1 MiB of UTF-8
 * @param rank the worker's rank, where there are several
 * @param fields a JSON object with anything else, or null
 */
public record LogLine(
        String writer,
        String stream,
        long sequence,
        long timeNanos,
        LogLevel level,
        String message,
        @Nullable Integer rank,
        @Nullable String fields) {}
