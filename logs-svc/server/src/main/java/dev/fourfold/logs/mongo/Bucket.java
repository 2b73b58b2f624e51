package dev.fourfold.logs.mongo;

import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
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

    private static final long LINES = 256;
    private static final long SECOND = 1_000_000_000L;
    private static final char BETWEEN = '\u001f'; // In no name: control characters are refused.

    /** A line's identity within its bucket. */
    private record Identity(String writer, String stream, long sequence) {}

    private final String id;
    private final String run;
    private final Map<Identity, LogLine> lines = new LinkedHashMap<>();
    private long bytes;
    private boolean changed;

    Bucket(String id, String run) {
        this.id = id;
        this.run = run;
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

    boolean holds(LogLine line) {
        return lines.containsKey(identity(line));
    }

    boolean full() {
        return bytes > FULL;
    }

    boolean changed() {
        return changed;
    }

    void add(LogLine line) {
        put(line);
        changed = true;
    }

    private void put(LogLine line) {
        lines.put(identity(line), line);
        String fields = line.fields();
        bytes += 64 + 3L * (line.message().length() + (fields == null ? 0 : fields.length()));
    }

    /** The document: {@code from} and {@code to} are the lines' times, {@code top} the gravest level. */
    Document toDocument() {
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        int top = 0;
        var documents = new ArrayList<Document>(lines.size());
        for (LogLine line : lines.values()) {
            from = Math.min(from, line.timeNanos());
            to = Math.max(to, line.timeNanos());
            top = Math.max(top, line.level().ordinal());
            var document = new Document("w", line.writer())
                    .append("o", line.stream())
                    .append("s", line.sequence())
                    .append("t", line.timeNanos())
                    .append("l", line.level().ordinal())
                    .append("m", line.message());
            if (line.rank() != null) {
                document.append("r", line.rank());
            }
            if (line.fields() != null) {
                // As text: the keys of a stranger's object must not become keys of a query language.
                document.append("f", line.fields());
            }
            documents.add(document);
        }
        return new Document("_id", id)
                .append("run", run)
                .append("from", from)
                .append("to", to)
                .append("top", top)
                .append("lines", documents);
    }

    static Bucket from(Document document) {
        var bucket = new Bucket(document.getString("_id"), document.getString("run"));
        linesOf(document).forEach(bucket::put);
        return bucket;
    }

    static List<LogLine> linesOf(Document document) {
        LogLevel[] levels = LogLevel.values();
        var lines = new ArrayList<LogLine>();
        for (Document line : document.getList("lines", Document.class, List.of())) {
            @Nullable Integer rank = line.getInteger("r");
            @Nullable String fields = line.getString("f");
            lines.add(new LogLine(
                    line.getString("w"),
                    line.getString("o"),
                    line.getLong("s"),
                    line.getLong("t"),
                    levels[Math.clamp(line.getInteger("l", 0), 0, levels.length - 1)],
                    line.getString("m"),
                    rank,
                    fields));
        }
        return lines;
    }

    private static Identity identity(LogLine line) {
        return new Identity(line.writer(), line.stream(), line.sequence());
    }
}
