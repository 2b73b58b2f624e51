package dev.fourfold.logs;

import org.jspecify.annotations.Nullable;

/**
 * Asks for lines of one run, oldest first by (time, writer, stream, sequence).
 *
 * @param cursor from the page before, or null for the first page
 * @param limit 1 to 10,000 lines a page
 * @param minimumLevel lines at least this grave, or null for all
 * @param stream lines of this stream only, or null for all
 * @param text lines whose message holds this text, letter case aside, or null for all
 * @param fromNanos lines at or after this time, or null
 * @param toNanos lines before this time, or null
 */
public record LogQuery(
        String runId,
        @Nullable String cursor,
        int limit,
        @Nullable LogLevel minimumLevel,
        @Nullable String stream,
        @Nullable String text,
        @Nullable Long fromNanos,
        @Nullable Long toNanos) {}
