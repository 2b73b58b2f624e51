package dev.fourfold.logs.mongo;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.ServesLogs;
import dev.fourfold.logs.line.LineStore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/**
 * Lines in buckets, one collection for all runs, and beside it an index that names the buckets of each run. A batch reads
 * the buckets that it touches by their ids, adds what they do not hold, and replaces them: as one thread writes, that is
 * exact. Buckets are written before the index; a batch that was cut short comes again, and then mends the index.
 */
@Singleton
@ServesLogs
final class MongoLineStore implements LineStore {

    private final MongoLink link;
    private final Duration durabilityLag;
    private final LineDocuments documents;

    MongoLineStore(MongoLink link, MongoConfiguration configuration) {
        this.link = link;
        durabilityLag = configuration.durabilityLag();
        documents = new LineDocuments(link);
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
        List<Document> index = index(touched.values());
        documents.replaceBuckets(touched.values().stream()
                .filter(Bucket::changed)
                .map(Bucket::toDocument)
                .toList());
        documents.replaceIndex(index);
    }

    /** A line on its way to the first bucket of its chain that holds it already or has room. */
    private record Pending(String run, String chain, LogLine line) {}

    /** Puts lines into the n-th buckets of their chains; answers those that must look at the next. */
    private ArrayList<Pending> place(List<Pending> pending, int n, Map<String, Bucket> touched)
            throws StoreUnavailableException {
        Set<String> ids = new LinkedHashSet<>();
        pending.forEach(one -> ids.add(Bucket.chained(one.chain(), n)));
        var known = new HashMap<String, Bucket>();
        documents.buckets(ids).forEach((id, document) -> known.put(id, Bucket.from(document)));
        var further = new ArrayList<Pending>();
        for (Pending one : pending) {
            String id = Bucket.chained(one.chain(), n);
            Bucket bucket = known.computeIfAbsent(id, missing -> Bucket.empty(missing, one.run()));
            touched.put(id, bucket);
            if (bucket.holds(one.line())) {
                continue;
            }
            if (bucket.full()) {
                further.add(one);
            } else {
                bucket.add(one.line());
            }
        }
        return further;
    }

    /** Has the index name the buckets as they are now: the documents of it that this changes. */
    private List<Document> index(Collection<Bucket> touched) throws StoreUnavailableException {
        Set<String> runs = new LinkedHashSet<>();
        touched.forEach(bucket -> runs.add(bucket.run()));
        Map<String, RunIndex> heads = documents.heads(runs);
        Map<String, Integer> added = new HashMap<>();
        Set<String> ids = new LinkedHashSet<>();
        for (Bucket bucket : touched) {
            if (!bucket.isInChunk()) {
                var head = heads.computeIfAbsent(bucket.run(), RunIndex::new);
                int rank = added.merge(bucket.run(), 1, Integer::sum) - 1;
                bucket.putInChunk(head.openChunk() + rank / RunIndex.CHUNK_BUCKETS);
            }
            ids.add(RunIndex.chunkId(bucket.run(), bucket.chunk()));
        }
        Map<String, RunIndex.Chunk> chunks = documents.chunks(ids);
        for (Bucket bucket : touched) {
            chunks.computeIfAbsent(
                            RunIndex.chunkId(bucket.run(), bucket.chunk()),
                            _ -> new RunIndex.Chunk(bucket.run(), bucket.chunk()))
                    .put(bucket);
        }
        chunks.values()
                .forEach(chunk ->
                        heads.computeIfAbsent(chunk.run(), RunIndex::new).put(chunk.number(), chunk.total()));
        var changes = new ArrayList<Document>();
        chunks.values().stream().filter(RunIndex.Chunk::changed).forEach(chunk -> changes.add(chunk.toDocument()));
        heads.values().stream().filter(RunIndex::changed).forEach(head -> changes.add(head.toDocument()));
        return changes;
    }

    @Override
    public long count(String runId) throws StoreUnavailableException {
        var head = documents.heads(List.of(runId)).get(runId);
        return head == null ? 0 : head.total().lines();
    }

    /** A chunk at a time, and the head at last: what was cut short is found again. */
    @Override
    public void purge(String runId) throws StoreUnavailableException {
        var head = documents.heads(List.of(runId)).get(runId);
        if (head == null) {
            return;
        }
        for (int i = 0; i < head.chunks().size(); i++) {
            String id = RunIndex.chunkId(runId, i);
            var chunk = documents.chunks(List.of(id)).get(id);
            if (chunk != null) {
                documents.removeBuckets(chunk.buckets().keySet());
                documents.removeIndex(List.of(id));
            }
        }
        documents.removeIndex(List.of(runId));
    }

    @Override
    public LogPage search(LogQuery query) throws StoreUnavailableException {
        return new LineSearch(documents, query).page();
    }

    @Override
    public List<LogCount> counts(LogCountQuery query) throws StoreUnavailableException {
        return new LineCount(documents, query).counts();
    }

    @Override
    public List<LogExtent> extents(List<String> runIds) throws StoreUnavailableException {
        Map<String, RunIndex> heads = documents.heads(runIds);
        var extents = new ArrayList<LogExtent>();
        for (String runId : new LinkedHashSet<>(runIds)) {
            var head = heads.get(runId);
            if (head != null && head.total().lines() > 0) {
                var total = head.total();
                extents.add(new LogExtent(runId, total.from(), total.to(), total.lines(), total.bytes()));
            }
        }
        return extents;
    }
}
