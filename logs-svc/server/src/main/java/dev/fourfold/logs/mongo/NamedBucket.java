package dev.fourfold.logs.mongo;

import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.line.LineMatch;
import dev.fourfold.logs.line.LineMatch.Known;
import dev.fourfold.logs.line.LineMatch.Verdict;
import dev.fourfold.logs.line.Trigrams;
import org.jspecify.annotations.Nullable;

/** A bucket as the index names it: all that can be told of its lines without reading them. */
record NamedBucket(
        String run, String id, Extent extent, @Nullable Trigrams trigrams) {

    private static final LogLevel[] LEVELS = LogLevel.values();

    /** The stream that all of its lines are of. */
    String stream() {
        int start = id.indexOf(Bucket.BETWEEN, run.length() + 1) + 1;
        return id.substring(start, id.indexOf(Bucket.BETWEEN, start));
    }

    /** The writer that all of its lines are of, or null where there are several. */
    private @Nullable String writer() {
        String writer = id.substring(run.length() + 1, id.indexOf(Bucket.BETWEEN, run.length() + 1));
        return writer.equals(Bucket.HASHED) ? null : writer;
    }

    /** What can be said of its lines of a level. */
    Verdict judge(LineMatch match, LogLevel level) {
        return match.judge(new Known(stream(), writer(), level, trigrams));
    }

    /** How many of its lines are surely wanted, or -1 where none can be. */
    long wanted(LineMatch match) {
        String stream = stream();
        String writer = writer();
        boolean perhaps = false;
        long sure = 0;
        for (LogLevel level : LEVELS) {
            if (extent.lines(level) > 0) {
                switch (match.judge(new Known(stream, writer, level, trigrams))) {
                    case ALL -> sure += extent.lines(level);
                    case PERHAPS -> perhaps = true;
                    case NONE -> {}
                }
            }
        }
        return perhaps || sure > 0 ? sure : -1;
    }
}
