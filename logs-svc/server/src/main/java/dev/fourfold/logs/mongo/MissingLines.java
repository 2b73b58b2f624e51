package dev.fourfold.logs.mongo;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.line.LineRetention;
import dev.fourfold.logs.line.RunSize;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/** What of a batch the store does not have: goes the way of its lines through their chains of buckets, as the writer does. */
final class MissingLines {

    private MissingLines() {}

    static RunSize of(LogBatch batch, LineDocuments documents) throws StoreUnavailableException {
        long lines = 0;
        long bytes = 0;
        List<LogLine> pending = batch.lines();
        for (int n = 0; !pending.isEmpty(); n++) {
            Set<String> ids = new LinkedHashSet<>();
            for (LogLine line : pending) {
                ids.add(Bucket.chained(Bucket.idOf(batch.runId(), line), n));
            }
            Map<String, Bucket> buckets = new HashMap<>();
            for (Map.Entry<String, Document> found : documents.buckets(ids).entrySet()) {
                buckets.put(found.getKey(), Bucket.from(found.getValue()));
            }
            var further = new ArrayList<LogLine>();
            for (LogLine line : pending) {
                String id = Bucket.chained(Bucket.idOf(batch.runId(), line), n);
                Bucket bucket = buckets.computeIfAbsent(
                        id, missing -> Bucket.empty(missing, batch.runId(), LineRetention.DEFAULT));
                if (bucket.holds(line)) {
                    continue;
                }
                if (bucket.full()) {
                    further.add(line);
                } else {
                    bucket.add(line, Instant.EPOCH);
                    lines++;
                    bytes += line.weight();
                }
            }
            pending = further;
        }
        return new RunSize(lines, bytes);
    }
}
