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
import dev.fourfold.logs.line.LineRetention;
import dev.fourfold.logs.line.LineStore;
import dev.fourfold.logs.line.ReceivedLines;
import dev.fourfold.logs.line.RunSize;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.Document;

/**
 * Lines in buckets, one collection for all runs, and beside it an index that names the buckets of each run. A batch reads
 * the buckets that it touches by their ids, but for those that it wrote itself a moment ago, adds what they do not hold, and
 * replaces them: as one thread writes, that is exact. Buckets are written before the index; a batch that was cut short
 * comes again, and then mends the index.
 */
@Singleton
@ServesLogs
final class MongoLineStore implements LineStore {

    private final MongoLink link;
    private final Duration durabilityLag;
    private final LineDocuments documents;
    /** Used by the thread that writes. */
    private final OpenRuns open = new OpenRuns();

    private long losses;
    private long removals;

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
    public void write(List<ReceivedLines> batches) throws StoreUnavailableException {
        long lossesBefore = link.losses();
        long removalsBefore = link.removals();
        if (losses != lossesBefore || removals != removalsBefore) {
            open.forgetAll();
            losses = lossesBefore;
            removals = removalsBefore;
        }
        boolean done = false;
        try {
            add(batches);
            done = link.losses() == lossesBefore;
        } finally {
            if (!done) {
                open.forgetAll();
            }
        }
        if (!done) {
            throw new StoreUnavailableException("MongoDB was lost while lines were written");
        }
    }

    private void add(List<ReceivedLines> batches) throws StoreUnavailableException {
        var pending = new ArrayList<Pending>();
        for (ReceivedLines received : batches) {
            var batch = received.batch();
            String named = batch.retentionClass();
            String retentionClass = named == null ? LineRetention.DEFAULT : named;
            for (LogLine line : batch.lines()) {
                pending.add(new Pending(
                        batch.runId(), retentionClass, Bucket.idOf(batch.runId(), line), line, received.at()));
            }
        }
        if (pending.isEmpty()) {
            return;
        }
        Set<String> runs = new LinkedHashSet<>();
        pending.forEach(one -> runs.add(one.run()));
        Map<String, RunIndex> heads = documents.heads(runs);
        open.distrust(runs, heads);
        var touched = new LinkedHashMap<String, Bucket>();
        for (int n = 0; !pending.isEmpty(); n++) {
            pending = place(pending, n, touched);
        }
        Collection<RunIndex.Chunk> chunks = index(touched.values(), heads);
        documents.addBuckets(documents(touched.values(), bucket -> !bucket.isStored()));
        documents.replaceBuckets(documents(touched.values(), Bucket::isStored));
        var index = new ArrayList<Document>();
        chunks.stream().filter(RunIndex.Chunk::changed).forEach(chunk -> index.add(chunk.toDocument()));
        heads.values().stream().filter(RunIndex::changed).forEach(head -> index.add(head.toDocument()));
        if (index.isEmpty()) { // All of it is there, but whoever wrote it may not have lived to see it durable.
            index.add(heads.values().iterator().next().toDocument());
        }
        documents.replaceIndex(index);
        touched.values().forEach(Bucket::isWritten);
        chunks.forEach(RunIndex.Chunk::isWritten);
        heads.values().forEach(RunIndex::isWritten);
        open.keep(touched.values(), chunks, heads.values());
    }

    private static List<Document> documents(Collection<Bucket> buckets, Predicate<Bucket> which) {
        return buckets.stream()
                .filter(Bucket::changed)
                .filter(which)
                .map(Bucket::toDocument)
                .toList();
    }

    /** A line on its way to the first bucket of its chain that holds it already or has room. */
    private record Pending(String run, String retentionClass, String chain, LogLine line, Instant received) {}

    /** Puts lines into the n-th buckets of their chains; answers those that must look at the next. */
    private ArrayList<Pending> place(List<Pending> pending, int n, Map<String, Bucket> touched)
            throws StoreUnavailableException {
        var known = new HashMap<String, Bucket>();
        Set<String> ids = new LinkedHashSet<>();
        for (Pending one : pending) {
            String id = Bucket.chained(one.chain(), n);
            Bucket bucket = open.bucket(one.run(), id);
            if (bucket == null) {
                ids.add(id);
            } else {
                known.put(id, bucket);
            }
        }
        documents.buckets(ids).forEach((id, document) -> known.put(id, Bucket.from(document)));
        var further = new ArrayList<Pending>();
        for (Pending one : pending) {
            String id = Bucket.chained(one.chain(), n);
            Bucket bucket =
                    known.computeIfAbsent(id, missing -> Bucket.empty(missing, one.run(), one.retentionClass()));
            touched.put(id, bucket);
            if (bucket.holds(one.line())) {
                continue;
            }
            if (bucket.full()) {
                further.add(one);
            } else {
                bucket.add(one.line(), one.received());
            }
        }
        return further;
    }

    /** Has the index name the buckets as they are now: the chunks that do, and the heads, are changed. */
    private Collection<RunIndex.Chunk> index(Collection<Bucket> touched, Map<String, RunIndex> heads)
            throws StoreUnavailableException {
        Map<String, Integer> added = new HashMap<>();
        Map<String, RunIndex.Chunk> chunks = new HashMap<>();
        Set<String> ids = new LinkedHashSet<>();
        for (Bucket bucket : touched) {
            if (!bucket.isInChunk()) {
                var head = heads.computeIfAbsent(bucket.run(), RunIndex::new);
                int rank = added.merge(bucket.run(), 1, Integer::sum) - 1;
                bucket.putInChunk(head.openChunk() + rank / RunIndex.CHUNK_BUCKETS);
            }
            String id = RunIndex.chunkId(bucket.run(), bucket.chunk());
            RunIndex.Chunk chunk = open.chunk(bucket.run(), bucket.chunk());
            if (chunk == null) {
                ids.add(id);
            } else {
                chunks.put(id, chunk);
            }
        }
        chunks.putAll(documents.chunks(ids));
        for (Bucket bucket : touched) {
            chunks.computeIfAbsent(
                            RunIndex.chunkId(bucket.run(), bucket.chunk()),
                            _ -> new RunIndex.Chunk(bucket.run(), bucket.chunk()))
                    .put(bucket);
        }
        chunks.values()
                .forEach(chunk ->
                        heads.computeIfAbsent(chunk.run(), RunIndex::new).put(chunk.number(), chunk.total()));
        watch(touched, heads);
        return chunks.values();
    }

    /** Has the end of runs kept an eye on that are new. Before their heads are written, so that none is missed. */
    private void watch(Collection<Bucket> touched, Map<String, RunIndex> heads) throws StoreUnavailableException {
        var fresh = new ArrayList<Document>();
        for (Bucket bucket : touched) {
            var head = heads.get(bucket.run());
            if (head != null && head.retentionClass() == null) {
                head.belongTo(bucket.retentionClass());
                fresh.add(LineDocuments.end(
                        bucket.run(), bucket.retentionClass(), head.total().ends()));
            }
        }
        documents.replaceEnds(fresh);
    }

    @Override
    public RunSize missing(LogBatch batch) throws StoreUnavailableException {
        return MissingLines.of(batch, documents);
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
        documents.removeEnds(List.of(runId));
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
