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
        @Nullable String fields) {

    /** What it counts for in limits and sums: its text in UTF-8, and 64 bytes. */
    public long weight() {
        return 64 + utf8Length(message) + (fields == null ? 0 : utf8Length(fields));
    }

    private static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length += c >= 0x800 && !Character.isSurrogate(c) ? 2 : 1;
            }
        }
        return length;
    }
}
