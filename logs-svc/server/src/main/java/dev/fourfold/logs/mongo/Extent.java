package dev.fourfold.logs.mongo;

import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of lines without reading them: of those of a bucket, of a chunk of buckets, or of a run. */
final class Extent {

    static final Extent NONE =
            new Extent(0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 0, new long[LogLevel.values().length]);

    private static final LogLevel[] LEVELS = LogLevel.values();

    private final int buckets;
    private final long from;
    private final long to;
    private final long ends;
    private final long bytes;
    private final long[] levels;

    private Extent(int buckets, long from, long to, long ends, long bytes, long[] levels) {
        this.buckets = buckets;
        this.from = from;
        this.to = to;
        this.ends = ends;
        this.bytes = bytes;
        this.levels = levels;
    }

    /** Of one bucket's lines, the last of which were received at a time. */
    static Extent ofBucket(Collection<LogLine> lines, long receivedMillis) {
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        long bytes = 0;
        var levels = new long[LEVELS.length];
        for (LogLine line : lines) {
            from = Math.min(from, line.timeNanos());
            to = Math.max(to, line.timeNanos());
            bytes += Bucket.weight(line);
            levels[line.level().ordinal()]++;
        }
        return new Extent(1, from, to, receivedMillis, bytes, levels);
    }

    static Extent ofAll(Collection<Extent> parts) {
        int buckets = 0;
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        long ends = Long.MAX_VALUE;
        long bytes = 0;
        var levels = new long[LEVELS.length];
        for (Extent part : parts) {
            buckets += part.buckets;
            from = Math.min(from, part.from);
            to = Math.max(to, part.to);
            ends = Math.min(ends, part.ends);
            bytes += part.bytes;
            for (int i = 0; i < levels.length; i++) {
                levels[i] += part.levels[i];
            }
        }
        return new Extent(buckets, from, to, ends, bytes, levels);
    }

    int buckets() {
        return buckets;
    }

    /** Time of the oldest line. */
    long from() {
        return from;
    }

    /** Time of the newest line. */
    long to() {
        return to;
    }

    /** When the bucket that was added to least recently was, in milliseconds: nothing can go before this is past its retention. */
    long ends() {
        return ends;
    }

    long bytes() {
        return bytes;
    }

    long lines(LogLevel level) {
        return levels[level.ordinal()];
    }

    long lines() {
        return Arrays.stream(levels).sum();
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(buckets);
        out.writeLong(from);
        out.writeLong(to);
        out.writeLong(ends);
        out.writeLong(bytes);
        for (long level : levels) {
            out.writeLong(level);
        }
    }

    static Extent readFrom(DataInput in) throws IOException {
        int buckets = in.readInt();
        long from = in.readLong();
        long to = in.readLong();
        long ends = in.readLong();
        long bytes = in.readLong();
        var levels = new long[LEVELS.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = in.readLong();
        }
        return new Extent(buckets, from, to, ends, bytes, levels);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Extent that
                && buckets == that.buckets
                && from == that.from
                && to == that.to
                && ends == that.ends
                && bytes == that.bytes
                && Arrays.equals(levels, that.levels);
    }

    @Override
    public int hashCode() {
        return Objects.hash(buckets, from, to, bytes);
    }
}
