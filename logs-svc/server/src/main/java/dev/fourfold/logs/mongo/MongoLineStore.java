package dev.fourfold.logs.mongo;

import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.ServesLogs;
import dev.fourfold.logs.line.LinePosition;
import dev.fourfold.logs.line.LineStore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Lines in buckets, one collection for all runs. A batch reads the buckets that it touches by their ids, adds what they do
 * not hold, and replaces them: as one thread writes, that is exact.
 */
@Singleton
@ServesLogs
final class MongoLineStore implements LineStore {

    private static final String COLLECTION = "log_buckets";

    /** Buckets asked for at once: a chain is read link by link, all chains of a batch together. */
    private static final int IDS_AT_ONCE = 500;

    /** Buckets removed at once: each of these steps may look at all buckets, where no index is used. */
    private static final int PURGED_AT_ONCE = 5_000;

    /** A page ends when it weighs this much, whatever was asked for: its lines may have 2 MB each. */
    private static final long PAGE_BYTES = 4L << 20;

    /** Buckets of a run read at once, in the order of their first line. */
    private static final int BUCKETS_AT_ONCE = 32;

    private final MongoLink link;
    private final Duration durabilityLag;
    private final MongoCollection<Document> buckets;
    private volatile boolean schemaReady;

    MongoLineStore(MongoLink link, MongoConfiguration configuration) {
        this.link = link;
        durabilityLag = configuration.durabilityLag();
        buckets = link.collection(COLLECTION);
    }

    @Override
    public String part() {
        return "mongodb";
    }

    @Override
    public Duration durabilityLag() {
        return durabilityLag;
    }

    @Override
    public void whenLost(Runnable listener) {
        link.whenLost(listener);
    }

    @Override
    public void write(List<LogBatch> batches) throws StoreUnavailableException {
        ensureSchema();
        var pending = new ArrayList<Pending>();
        for (LogBatch batch : batches) {
            for (LogLine line : batch.lines()) {
                pending.add(new Pending(batch.runId(), Bucket.idOf(batch.runId(), line), line));
            }
        }
        var touched = new LinkedHashMap<String, Bucket>();
        for (int n = 0; !pending.isEmpty(); n++) {
            pending = place(pending, n, touched);
        }
        var changes = touched.values().stream()
                .filter(Bucket::changed)
                .map(bucket -> new ReplaceOneModel<>(
                        Filters.eq("_id", bucket.id()), bucket.toDocument(), new ReplaceOptions().upsert(true)))
                .toList();
        for (int i = 0; i < changes.size(); i += IDS_AT_ONCE) {
            link.one(buckets.bulkWrite(changes.subList(i, Math.min(i + IDS_AT_ONCE, changes.size()))));
        }
    }

    /** A line on its way to the first bucket of its chain that holds it already or has room. */
    private record Pending(String run, String chain, LogLine line) {}

    /** Puts lines into the n-th buckets of their chains; answers those that must look at the next. */
    private ArrayList<Pending> place(List<Pending> pending, int n, Map<String, Bucket> touched)
            throws StoreUnavailableException {
        var known = new HashMap<String, Bucket>();
        List<String> ids = pending.stream()
                .map(one -> Bucket.chained(one.chain(), n))
                .distinct()
                .toList();
        for (int i = 0; i < ids.size(); i += IDS_AT_ONCE) {
            List<String> some = ids.subList(i, Math.min(i + IDS_AT_ONCE, ids.size()));
            for (Document document : link.all(buckets.find(Filters.in("_id", some)))) {
                known.put(document.getString("_id"), Bucket.from(document));
            }
        }
        var further = new ArrayList<Pending>();
        for (Pending one : pending) {
            String id = Bucket.chained(one.chain(), n);
            Bucket bucket = known.computeIfAbsent(id, missing -> new Bucket(missing, one.run()));
            if (bucket.holds(one.line())) {
                continue;
            }
            if (bucket.full()) {
                further.add(one);
            } else {
                bucket.add(one.line());
            }
            touched.put(id, bucket);
        }
        return further;
    }

    @Override
    public LogPage search(LogQuery query, LinePosition after) throws StoreUnavailableException {
        ensureSchema();
        Long fromNanos = query.fromNanos();
        Long toNanos = query.toNanos();
        var filters = new ArrayList<Bson>(List.of(
                Filters.eq("run", query.runId()),
                Filters.gte("to", Math.max(after.timeNanos(), fromNanos == null ? Long.MIN_VALUE : fromNanos))));
        if (toNanos != null) {
            filters.add(Filters.lt("from", toNanos));
        }
        var level = query.minimumLevel();
        if (level != null) {
            filters.add(Filters.gte("top", level.ordinal()));
        }
        var wanted = new Wanted(query, after);
        var found = new ArrayList<LogLine>();
        // Buckets overlap in time: a line is next in order once no unread bucket can begin before it.
        var waiting = new PriorityQueue<LinePositioned>();
        @Nullable Bson next = null;
        boolean more = false;
        long bytes = 0;
        while (!more) {
            var all = new ArrayList<>(filters);
            if (next != null) {
                all.add(next);
            }
            List<Document> read = link.all(buckets.find(Filters.and(all))
                    .sort(Sorts.ascending("from", "_id"))
                    .limit(BUCKETS_AT_ONCE));
            for (Document document : read) {
                Bucket.linesOf(document).stream()
                        .filter(wanted::holds)
                        .forEach(line -> waiting.add(new LinePositioned(LinePosition.of(line), line)));
            }
            boolean last = read.size() < BUCKETS_AT_ONCE;
            long safe = last ? Long.MAX_VALUE : read.getLast().getLong("from");
            LinePositioned first = waiting.peek();
            while (!more && first != null && (last || first.position().timeNanos() < safe)) {
                more = !found.isEmpty() && (found.size() == query.limit() || bytes > PAGE_BYTES);
                if (!more) {
                    found.add(first.line());
                    bytes += weight(first.line());
                    waiting.remove();
                    first = waiting.peek();
                }
            }
            if (last) {
                break;
            }
            Document end = read.getLast();
            next = Filters.or(
                    Filters.gt("from", end.getLong("from")),
                    Filters.and(Filters.eq("from", end.getLong("from")), Filters.gt("_id", end.getString("_id"))));
        }
        return new LogPage(
                new LogBatch(query.runId(), found),
                more ? LinePosition.of(found.getLast()).toCursor() : null);
    }

    @Override
    public long count(String runId) throws StoreUnavailableException {
        ensureSchema();
        Document counted = link.one(buckets.aggregate(List.of(
                        Aggregates.match(Filters.eq("run", runId)),
                        Aggregates.group(null, Accumulators.sum("lines", new Document("$size", "$lines")))))
                .first());
        return counted == null ? 0 : counted.get("lines", Number.class).longValue();
    }

    /** Some buckets at a time, so that no single operation takes long. */
    @Override
    public void purge(String runId) throws StoreUnavailableException {
        ensureSchema();
        List<String> ids;
        do {
            ids = link
                    .all(buckets.find(Filters.eq("run", runId))
                            .projection(Projections.include("_id"))
                            .limit(PURGED_AT_ONCE))
                    .stream()
                    .map(document -> document.getString("_id"))
                    .toList();
            if (!ids.isEmpty()) {
                link.one(buckets.deleteMany(Filters.in("_id", ids)));
            }
        } while (ids.size() == PURGED_AT_ONCE);
    }

    private static long weight(LogLine line) {
        String fields = line.fields();
        return 64 + line.message().length() + (fields == null ? 0 : fields.length());
    }

    /** A line and its place, so that the heap compares places only. */
    private record LinePositioned(LinePosition position, LogLine line) implements Comparable<LinePositioned> {

        @Override
        public int compareTo(LinePositioned other) {
            return position.compareTo(other.position);
        }
    }

    /** Which lines of a bucket a search wants. */
    private static final class Wanted {

        private final LogQuery query;
        private final LinePosition after;
        private final @Nullable String text;

        Wanted(LogQuery query, LinePosition after) {
            this.query = query;
            this.after = after;
            text = query.text() == null ? null : query.text().toLowerCase(Locale.ROOT);
        }

        boolean holds(LogLine line) {
            var level = query.minimumLevel();
            Long from = query.fromNanos();
            Long to = query.toNanos();
            return LinePosition.of(line).compareTo(after) > 0
                    && (level == null || line.level().compareTo(level) >= 0)
                    && (query.stream() == null || Objects.equals(query.stream(), line.stream()))
                    && (from == null || line.timeNanos() >= from)
                    && (to == null || line.timeNanos() < to)
                    && (text == null || line.message().toLowerCase(Locale.ROOT).contains(text));
        }
    }

    /** Once for each start: MongoDB makes an index that exists again at no cost. */
    private void ensureSchema() throws StoreUnavailableException {
        if (!schemaReady) {
            link.one(buckets.createIndex(Indexes.ascending("run", "from"), new IndexOptions().name("run_from")));
            schemaReady = true;
        }
    }
}
