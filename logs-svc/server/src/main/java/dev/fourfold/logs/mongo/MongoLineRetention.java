package dev.fourfold.logs.mongo;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.ServesLogs;
import dev.fourfold.logs.line.LineRetention;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The end of lines in MongoDB. A sweep removes buckets, then has the chunk say so, then the head, then what is due next:
 * what was cut short is found again by each of them, and a reader bears a bucket that is named and gone.
 */
@Singleton
@ServesLogs
final class MongoLineRetention implements LineRetention {

    /** What one sweep goes through at most: some two thousand buckets. Nothing else is written meanwhile. */
    private static final int MOST_CHUNKS = 8;

    private final LineDocuments documents;
    private final BucketExpiry expiry;

    MongoLineRetention(MongoLink link) {
        documents = new LineDocuments(link);
        expiry = new BucketExpiry(link);
    }

    @Override
    public List<String> due(String retentionClass, Instant before, Predicate<String> own, int most)
            throws StoreUnavailableException {
        return documents.ending(retentionClass, before, own, most);
    }

    @Override
    public Swept sweep(String runId, Instant before) throws StoreUnavailableException {
        var head = documents.heads(List.of(runId)).get(runId);
        if (head == null) {
            documents.removeEnds(List.of(runId));
            return new Swept(0, 0);
        }
        long buckets = 0;
        long lines = 0;
        int chunks = 0;
        for (int i = 0; i < head.chunks().size(); i++) {
            if (head.chunks().get(i).ends() >= before.toEpochMilli()) {
                continue;
            }
            if (++chunks > MOST_CHUNKS) {
                documents.replaceIndex(List.of(head.toDocument()));
                return new Swept(buckets, lines); // The run stays due.
            }
            String id = RunIndex.chunkId(runId, i);
            var chunk = documents.chunks(List.of(id)).get(id);
            if (chunk == null) {
                head.put(i, Extent.NONE);
                continue;
            }
            var old = new ArrayList<String>();
            for (var bucket : chunk.buckets().entrySet()) {
                if (bucket.getValue().ends() < before.toEpochMilli()) {
                    old.add(bucket.getKey());
                    lines += bucket.getValue().lines();
                }
            }
            buckets += old.size();
            documents.removeBuckets(old, before);
            chunk.remove(old);
            if (chunk.buckets().isEmpty()) {
                documents.removeIndex(List.of(id));
            } else {
                documents.replaceIndex(List.of(chunk.toDocument()));
            }
            head.put(i, chunk.total());
        }
        var left = head.total();
        if (left.buckets() == 0) {
            documents.removeIndex(List.of(runId));
            documents.removeEnds(List.of(runId));
            return new Swept(buckets, lines);
        }
        if (head.changed()) {
            documents.replaceIndex(List.of(head.toDocument()));
        }
        String retentionClass = head.retentionClass();
        documents.replaceEnds(
                List.of(LineDocuments.end(runId, retentionClass == null ? DEFAULT : retentionClass, left.ends())));
        return new Swept(buckets, lines);
    }

    @Override
    public boolean expire(Map<String, Duration> classes) throws StoreUnavailableException {
        return expiry.ensure(classes);
    }
}
