package dev.fourfold.logs.mongo;

import dev.fourfold.contract.Problem;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogCountQuery.By;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.line.LineMatch;
import dev.fourfold.logs.line.LineMatch.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** One count: from the index where a bucket lies in one interval and its lines are all wanted or none, else by reading. */
final class LineCount {

    /** More than this is not read for one answer: it would take seconds. */
    private static final long MOST_READ = 512L << 20;

    private static final int CHUNKS_AT_ONCE = 16;
    private static final int BUCKETS_AT_ONCE = 64;
    private static final LogLevel[] LEVELS = LogLevel.values();

    private record Group(
            long interval,
            @Nullable String run,
            @Nullable String stream,
            @Nullable LogLevel level) {}

    private final LineDocuments documents;
    private final LogCountQuery query;
    private final LineMatch match;
    private final Map<Group, Long> sums = new HashMap<>();
    private final List<NamedBucket> toRead = new ArrayList<>();
    private long bytesToRead;

    LineCount(LineDocuments documents, LogCountQuery query) {
        this.documents = documents;
        this.query = query;
        match = LineMatch.of(query.filter());
    }

    List<LogCount> counts() throws StoreUnavailableException {
        var ids = new ArrayList<String>();
        for (RunIndex head : documents.heads(query.runIds()).values()) {
            for (int i = 0; i < head.chunks().size(); i++) {
                if (overlaps(head.chunks().get(i))) {
                    ids.add(RunIndex.chunkId(head.run(), i));
                }
            }
        }
        for (int i = 0; i < ids.size(); i += CHUNKS_AT_ONCE) {
            for (RunIndex.Chunk chunk : documents
                    .chunks(ids.subList(i, Math.min(i + CHUNKS_AT_ONCE, ids.size())))
                    .values()) {
                chunk.named().filter(bucket -> overlaps(bucket.extent())).forEach(this::look);
            }
        }
        for (int i = 0; i < toRead.size(); i += BUCKETS_AT_ONCE) {
            read(toRead.subList(i, Math.min(i + BUCKETS_AT_ONCE, toRead.size())));
        }
        var counts = new ArrayList<LogCount>();
        sums.forEach((group, lines) -> counts.add(new LogCount(
                query.fromNanos() + group.interval() * query.intervalNanos(),
                group.run(),
                group.stream(),
                group.level(),
                lines)));
        return LogCount.sum(List.of(counts));
    }

    private boolean overlaps(Extent extent) {
        return extent.from() < query.toNanos() && extent.to() >= query.fromNanos();
    }

    private void look(NamedBucket bucket) {
        var extent = bucket.extent();
        boolean inOneInterval = extent.from() >= query.fromNanos()
                && extent.to() < query.toNanos()
                && interval(extent.from()) == interval(extent.to());
        boolean wanted = false;
        boolean sure = inOneInterval;
        for (LogLevel level : LEVELS) {
            if (extent.lines(level) > 0) {
                var verdict = bucket.judge(match, level);
                wanted |= verdict != Verdict.NONE;
                sure &= verdict != Verdict.PERHAPS;
            }
        }
        if (!wanted) {
            return;
        }
        if (!sure) {
            toRead.add(bucket);
            bytesToRead += extent.bytes();
            if (bytesToRead > MOST_READ) {
                throw new Problem.TooLarge(
                                "Too many lines would have to be read to count these: ask for less time or fewer runs")
                        .toException();
            }
            return;
        }
        String stream = bucket.stream();
        for (LogLevel level : LEVELS) {
            if (extent.lines(level) > 0 && bucket.judge(match, level) == Verdict.ALL) {
                add(bucket.run(), stream, level, extent.from(), extent.lines(level));
            }
        }
    }

    private void read(List<NamedBucket> some) throws StoreUnavailableException {
        for (Document document :
                documents.buckets(some.stream().map(NamedBucket::id).toList()).values()) {
            String run = document.getString(Bucket.RUN);
            for (LogLine line : Bucket.linesOf(document)) {
                if (line.timeNanos() >= query.fromNanos() && line.timeNanos() < query.toNanos() && match.holds(line)) {
                    add(run, line.stream(), line.level(), line.timeNanos(), 1);
                }
            }
        }
    }

    private void add(String run, String stream, LogLevel level, long timeNanos, long lines) {
        sums.merge(
                new Group(
                        interval(timeNanos),
                        query.by().contains(By.RUN) ? run : null,
                        query.by().contains(By.STREAM) ? stream : null,
                        query.by().contains(By.LEVEL) ? level : null),
                lines,
                Long::sum);
    }

    private long interval(long timeNanos) {
        return (timeNanos - query.fromNanos()) / query.intervalNanos();
    }
}
