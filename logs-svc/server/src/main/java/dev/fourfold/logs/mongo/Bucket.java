package dev.fourfold.logs.mongo;

import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.line.LineRetention;
import dev.fourfold.logs.line.Trigrams;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * A document that holds neighbouring lines of one run, writer and stream. Its id follows from the lines' identities, so
 * that a line which comes again meets itself.
 *
 * <p>Lines with a sequence of their own are 256 to a bucket. A writer that is the hash of its line (see
 * {@link #HASHED}) has one line only; those share a bucket with the others of their second, sixteen buckets a second. A
 * bucket that would grow over {@link #FULL} bytes is continued in the next of its chain.
 */
final class Bucket {

    /** How writers begin that stand for the hash of one line, where the client gave no sequence. */
    static final String HASHED = "h-";

    /** MongoDB's documents end at 16 MB; one more line has up to 2 MB. */
    static final int FULL = 8 << 20;

    /** The names of a bucket's fields: the run, the number of its chunk, its lines' first and last time, its lines. */
    static final String RUN = "run";

    static final String CHUNK = "chunk";
    static final String FROM = "from";
    static final String TO = "to";
    static final String PACKED = "packed";

    /** When the last of its lines was received, and how long they are kept: what a server that expires documents needs. */
    static final String RECEIVED = "received";

    static final String CLASS = "class";

    /** In no name: control characters are refused. */
    static final char BETWEEN = '\u001f';

    private static final long LINES = 256;
    private static final long SECOND = 1_000_000_000L;
    private static final int NOT_YET = -1;

    /** A line's identity within its bucket. */
    private record Identity(String writer, String stream, long sequence) {}

    private final String id;
    private final String run;
    private final Map<Identity, LogLine> lines = new LinkedHashMap<>();
    private final Trigrams.Collector trigrams = new Trigrams.Collector();
    private final String retentionClass;
    private int chunk;
    private long receivedMillis;
    private long bytes;
    private boolean changed;
    private boolean stored;

    private Bucket(String id, String run, String retentionClass, int chunk) {
        this.id = id;
        this.run = run;
        this.retentionClass = retentionClass;
        this.chunk = chunk;
    }

    static Bucket empty(String id, String run, String retentionClass) {
        return new Bucket(id, run, retentionClass, NOT_YET);
    }

    /** The id of the first bucket of the chain that the line belongs to. */
    static String idOf(String run, LogLine line) {
        if (line.writer().startsWith(HASHED) && line.sequence() < LINES) {
            int share = Math.floorMod(line.writer().hashCode(), 16);
            return run
                    + BETWEEN
                    + HASHED
                    + BETWEEN
                    + line.stream()
                    + BETWEEN
                    + Math.floorDiv(line.timeNanos(), SECOND)
                    + '.'
                    + share;
        }
        return run + BETWEEN + line.writer() + BETWEEN + line.stream() + BETWEEN + line.sequence() / LINES;
    }

    /** The id of the n-th bucket of a chain, from 0. */
    static String chained(String first, int n) {
        return n == 0 ? first : first + BETWEEN + n;
    }

    String id() {
        return id;
    }

    String run() {
        return run;
    }

    String retentionClass() {
        return retentionClass;
    }

    /** Which chunk of the run's index names the bucket. */
    int chunk() {
        return chunk;
    }

    boolean isInChunk() {
        return chunk != NOT_YET;
    }

    void putInChunk(int number) {
        chunk = number;
    }

    Extent extent() {
        return Extent.ofBucket(lines.values(), receivedMillis);
    }

    /** Those of its messages, or null where they say little. */
    @Nullable
    Trigrams trigrams() {
        return trigrams.collected();
    }

    boolean holds(LogLine line) {
        return lines.containsKey(identity(line));
    }

    boolean full() {
        return bytes > FULL;
    }

    boolean changed() {
        return changed;
    }

    /** Whether the store has a document of it, be it an older one. */
    boolean isStored() {
        return stored;
    }

    /** The store has it as it is. */
    void isWritten() {
        changed = false;
        stored = true;
    }

    /** Whether lines that are yet to come may belong here. */
    boolean hasRoom() {
        return lines.size() < LINES && !full();
    }

    /** About what it takes here. */
    long bytesInMemory() {
        return 2_500 + bytes + 250L * lines.size();
    }

    void add(LogLine line, Instant received) {
        put(line);
        receivedMillis = Math.max(receivedMillis, received.toEpochMilli());
        changed = true;
    }

    private void put(LogLine line) {
        lines.put(identity(line), line);
        trigrams.add(line.message());
        bytes += weight(line);
    }

    /** No less than what the line takes in UTF-8, but for its names. */
    static long weight(LogLine line) {
        return line.weight();
    }

    Document toDocument() {
        var extent = extent();
        byte[] packed = Packed.pack(new LogBatch(run, List.copyOf(lines.values())).toBytes());
        return new Document("_id", id)
                .append(RUN, run)
                .append(CHUNK, chunk)
                .append(FROM, extent.from())
                .append(TO, extent.to())
                .append(RECEIVED, new Date(receivedMillis))
                .append(CLASS, retentionClass)
                .append(PACKED, new Binary(packed));
    }

    static Bucket from(Document document) {
        var bucket = new Bucket(
                document.getString("_id"),
                document.getString(RUN),
                document.get(CLASS, LineRetention.DEFAULT),
                document.getInteger(CHUNK, NOT_YET));
        // One from before receipt was noted is kept as if it had come now.
        bucket.receivedMillis = document.get(RECEIVED, new Date()).getTime();
        linesOf(document).forEach(bucket::put);
        bucket.stored = true;
        return bucket;
    }

    static List<LogLine> linesOf(Document document) {
        return LogBatch.fromBytes(
                        Packed.unpack(document.get(PACKED, Binary.class).getData()))
                .lines();
    }

    private static Identity identity(LogLine line) {
        return new Identity(line.writer(), line.stream(), line.sequence());
    }
}
