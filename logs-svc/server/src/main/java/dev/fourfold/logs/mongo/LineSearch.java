package dev.fourfold.logs.mongo;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LinePosition;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.line.LineMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * One search: merges the lines of all buckets in order, reading no more of them than the page needs. Chunks and buckets
 * overlap in time; a line is next once none that is unread can begin before it.
 */
final class LineSearch {

    /** A page ends when it weighs this much, whatever was asked for: its lines may have 2 MB each. */
    private static final long PAGE_BYTES = 4L << 20;

    /** A page ends when so much was looked at for it, found or not, so that an answer takes a bounded time. */
    private static final long MOST_READ = 128L << 20;

    private static final int CHUNKS_AT_ONCE = 4;
    private static final int MOST_BUCKETS_AT_ONCE = 64;
    private static final long MOST_BYTES_AT_ONCE = 16L << 20;
    private static final int LINES_OF_A_BUCKET = 256;

    private record NamedChunk(String run, int number, Extent extent) {}

    /** @param lines so many of its lines are wanted, but for time and cursor, and perhaps more */
    private record Wanted(NamedBucket named, long lines) {

        private Extent extent() {
            return named.extent();
        }
    }

    private final LineDocuments documents;
    private final LogQuery query;
    private final LineMatch match;
    private final Comparator<LinePosition> order;
    private final @Nullable LinePosition after;
    private final boolean forward;
    private final long least;
    private final long most;

    private final PriorityQueue<NamedChunk> chunks;
    private final PriorityQueue<Wanted> buckets;
    /** The first of those that were read and not given, no more than a page can take. */
    private final TreeMap<LinePosition, FoundLine> lines;

    private int bucketsAtOnce;
    private long bytesRead;

    LineSearch(LineDocuments documents, LogQuery query) {
        this.documents = documents;
        this.query = query;
        match = LineMatch.of(query.filter());
        order = LinePosition.in(query.order());
        after = LinePosition.fromCursor(query.cursor());
        forward = query.order() == LogOrder.OLDEST_FIRST;
        Long from = query.fromNanos();
        Long to = query.toNanos();
        long first = from == null ? Long.MIN_VALUE : from;
        long last = to == null ? Long.MAX_VALUE : to == Long.MIN_VALUE ? to : to - 1;
        least = after != null && forward ? Math.max(first, after.timeNanos()) : first;
        most = after != null && !forward ? Math.min(last, after.timeNanos()) : last;
        Comparator<Extent> byBeginning = forward
                ? Comparator.comparingLong(Extent::from)
                : Comparator.comparingLong(Extent::to).reversed();
        chunks = new PriorityQueue<>(Comparator.comparing(NamedChunk::extent, byBeginning));
        buckets = new PriorityQueue<>(Comparator.comparing(Wanted::extent, byBeginning));
        lines = new TreeMap<>(order);
        bucketsAtOnce = Math.clamp(query.limit() / LINES_OF_A_BUCKET + 2L, 2, MOST_BUCKETS_AT_ONCE);
    }

    LogPage page() throws StoreUnavailableException {
        for (RunIndex head : documents.heads(query.runIds()).values()) {
            for (int i = 0; i < head.chunks().size(); i++) {
                if (overlaps(head.chunks().get(i))) {
                    chunks.add(new NamedChunk(head.run(), i, head.chunks().get(i)));
                }
            }
        }
        var found = new ArrayList<FoundLine>();
        long bytes = 0;
        while (true) {
            if (chunkIsNext()) {
                readChunks();
            } else if (bucketIsNext()) {
                LinePosition unread = bytesRead > MOST_READ ? unread() : null;
                if (unread != null) {
                    return new LogPage(found, unread.toCursor());
                }
                readBuckets();
            } else if (lines.isEmpty()) {
                return new LogPage(found, null);
            } else if (!found.isEmpty() && (found.size() == query.limit() || bytes > PAGE_BYTES)) {
                return new LogPage(found, LinePosition.of(found.getLast()).toCursor());
            } else {
                FoundLine next = lines.pollFirstEntry().getValue();
                found.add(next);
                bytes += Bucket.weight(next.line());
            }
        }
    }

    private boolean overlaps(Extent extent) {
        return extent.from() <= most && extent.to() >= least;
    }

    private boolean chunkIsNext() {
        NamedChunk chunk = chunks.peek();
        if (chunk == null) {
            return false;
        }
        Wanted bucket = buckets.peek();
        return isNext(chunk.extent())
                && (bucket == null || !beginsBefore(bucket.extent(), chunk.extent()) || !isNext(bucket.extent()));
    }

    private boolean bucketIsNext() {
        Wanted bucket = buckets.peek();
        return bucket != null && isNext(bucket.extent());
    }

    private boolean beginsBefore(Extent one, Extent other) {
        return forward ? one.from() < other.from() : one.to() > other.to();
    }

    /** Whether a line may be in there that comes before all that were read, or beside the first of them. */
    private boolean isNext(Extent extent) {
        if (lines.isEmpty()) {
            return true;
        }
        long time = lines.firstKey().timeNanos();
        return forward ? extent.from() <= time : extent.to() >= time;
    }

    /** The place behind everything that was looked at whole and before what was not; null where that is no progress. */
    private @Nullable LinePosition unread() {
        var next = buckets.element().extent();
        if (!forward && next.to() == Long.MAX_VALUE) {
            return null;
        }
        var place = LinePosition.before(
                forward ? Math.max(next.from(), least) : Math.min(next.to(), Math.min(most, Long.MAX_VALUE - 1)) + 1);
        return after == null || order.compare(place, after) > 0 ? place : null;
    }

    private void readChunks() throws StoreUnavailableException {
        var ids = new ArrayList<String>();
        while (ids.size() < CHUNKS_AT_ONCE && !chunks.isEmpty()) {
            NamedChunk next = chunks.remove();
            ids.add(RunIndex.chunkId(next.run(), next.number()));
        }
        for (RunIndex.Chunk chunk : documents.chunks(ids).values()) {
            chunk.named().filter(bucket -> overlaps(bucket.extent())).forEach(bucket -> {
                long wanted = bucket.wanted(match);
                if (wanted >= 0) {
                    buckets.add(new Wanted(bucket, wanted));
                }
            });
        }
    }

    private void readBuckets() throws StoreUnavailableException {
        var ids = new ArrayList<String>();
        long bytes = 0;
        long expected = lines.size();
        for (Wanted next = buckets.peek(); next != null; next = buckets.peek()) {
            // Where it is known how many of the lines are wanted, as many are read as the page takes.
            boolean more = ids.size() < bucketsAtOnce
                    || (next.lines() > 0 && expected <= query.limit() && ids.size() < MOST_BUCKETS_AT_ONCE);
            if (!more || (!ids.isEmpty() && bytes >= MOST_BYTES_AT_ONCE)) {
                break;
            }
            buckets.remove();
            ids.add(next.named().id());
            bytes += next.extent().bytes();
            expected += next.lines();
        }
        bytesRead += bytes;
        bucketsAtOnce = Math.min(MOST_BUCKETS_AT_ONCE, 2 * bucketsAtOnce);
        for (Document document : documents.buckets(ids).values()) {
            String run = document.getString(Bucket.RUN);
            for (LogLine line : Bucket.linesOf(document)) {
                if (line.timeNanos() >= least && line.timeNanos() <= most && match.holds(line)) {
                    var one = new FoundLine(run, line);
                    var position = LinePosition.of(one);
                    if (after == null || order.compare(position, after) > 0) {
                        lines.put(position, one);
                        if (lines.size() > query.limit() + 1) {
                            lines.pollLastEntry();
                        }
                    }
                }
            }
        }
    }
}
