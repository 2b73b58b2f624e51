package dev.fourfold.logs.mongo;

import com.mongodb.WriteConcern;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.fourfold.journal.StoreUnavailableException;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bson.Document;
import reactor.core.publisher.Flux;

/**
 * The two collections of lines, each read and written by {@code _id} alone: that is an index on every server that speaks
 * MongoDB's protocol, also on those that ignore all others.
 */
final class LineDocuments {

    static final String LINES = "log_lines";
    static final String INDEX = "log_index";

    /** For each run the class that says how long its lines are kept, and a time before which none of its buckets ends. */
    static final String ENDS = "log_ends";

    static final String END = "received";

    /** Documents asked for or written at once. */
    private static final int AT_ONCE = 500;

    private final MongoLink link;
    /** Without being asked to be durable: what follows in the same batch is. */
    private static final WriteConcern SOON_DURABLE = WriteConcern.MAJORITY;

    private final MongoCollection<Document> lines;
    private final MongoCollection<Document> index;
    private final MongoCollection<Document> ends;

    LineDocuments(MongoLink link) {
        this.link = link;
        lines = link.collection(LINES);
        index = link.collection(INDEX);
        ends = link.collection(ENDS);
    }

    Map<String, Document> buckets(Collection<String> ids) throws StoreUnavailableException {
        return read(lines, ids);
    }

    Map<String, RunIndex> heads(Collection<String> runs) throws StoreUnavailableException {
        var heads = new HashMap<String, RunIndex>();
        for (Document document : read(index, runs).values()) {
            var head = RunIndex.from(document);
            heads.put(head.run(), head);
        }
        return heads;
    }

    /** By their ids. */
    Map<String, RunIndex.Chunk> chunks(Collection<String> ids) throws StoreUnavailableException {
        var chunks = new HashMap<String, RunIndex.Chunk>();
        read(index, ids).forEach((id, document) -> chunks.put(id, RunIndex.Chunk.from(document)));
        return chunks;
    }

    /** Adds buckets that the store does not have; durable with the next {@link #replaceIndex}. */
    void addBuckets(List<Document> documents) throws StoreUnavailableException {
        for (int i = 0; i < documents.size(); i += AT_ONCE) {
            link.one(lines.withWriteConcern(SOON_DURABLE)
                    .insertMany(
                            documents.subList(i, Math.min(i + AT_ONCE, documents.size())),
                            new InsertManyOptions().ordered(false)));
        }
    }

    /** Replaces buckets; durable with the next {@link #replaceIndex}. */
    void replaceBuckets(List<Document> documents) throws StoreUnavailableException {
        replace(lines.withWriteConcern(SOON_DURABLE), documents);
    }

    /**
     * Replaces what names the buckets. The last of these documents is asked to be durable, and a server's journal has an
     * order: with it everything is that was written before, unless the server was lost meanwhile. A server that syncs each
     * document of a command by itself, as SecantusDB does, would do so hundreds of times for a batch.
     */
    void replaceIndex(List<Document> documents) throws StoreUnavailableException {
        int last = documents.size() - 1;
        replace(index.withWriteConcern(SOON_DURABLE), documents.subList(0, last));
        replace(index, documents.subList(last, documents.size()));
    }

    void removeBuckets(Collection<String> ids) throws StoreUnavailableException {
        remove(lines, ids);
    }

    /** Heads and chunks. */
    void removeIndex(Collection<String> ids) throws StoreUnavailableException {
        remove(index, ids);
    }

    /**
     * Those of them that nothing was received for since a time: one that is named twice may be young. Durable with the next
     * change of the index.
     */
    void removeBuckets(Collection<String> ids, Instant before) throws StoreUnavailableException {
        if (!ids.isEmpty()) {
            link.noteRemoval();
            link.one(lines.withWriteConcern(SOON_DURABLE)
                    .deleteMany(Filters.and(Filters.in("_id", ids), Filters.lt(Bucket.RECEIVED, Date.from(before)))));
        }
    }

    static Document end(String run, String retentionClass, long receivedMillis) {
        return new Document("_id", run).append(Bucket.CLASS, retentionClass).append(END, new Date(receivedMillis));
    }

    void replaceEnds(List<Document> documents) throws StoreUnavailableException {
        replace(ends.withWriteConcern(SOON_DURABLE), documents);
    }

    void removeEnds(Collection<String> runs) throws StoreUnavailableException {
        remove(ends, runs);
    }

    /** Runs of a class that may have a bucket which nothing was received for since a time. */
    List<String> ending(String retentionClass, Instant before, Predicate<String> wanted, int most)
            throws StoreUnavailableException {
        return link.all(Flux.from(ends.find(Filters.and(
                                Filters.eq(Bucket.CLASS, retentionClass), Filters.lt(END, Date.from(before))))
                        .projection(Projections.include("_id")))
                .map(document -> document.getString("_id"))
                .filter(wanted)
                .take(most));
    }

    private void remove(MongoCollection<Document> collection, Collection<String> ids) throws StoreUnavailableException {
        if (!ids.isEmpty()) {
            link.noteRemoval();
            link.one(collection.deleteMany(Filters.in("_id", ids)));
        }
    }

    private Map<String, Document> read(MongoCollection<Document> collection, Collection<String> ids)
            throws StoreUnavailableException {
        var found = new HashMap<String, Document>();
        var all = List.copyOf(ids);
        for (int i = 0; i < all.size(); i += AT_ONCE) {
            List<String> some = all.subList(i, Math.min(i + AT_ONCE, all.size()));
            for (Document document : link.all(collection.find(Filters.in("_id", some)))) {
                found.put(document.getString("_id"), document);
            }
        }
        return found;
    }

    private void replace(MongoCollection<Document> collection, List<Document> documents)
            throws StoreUnavailableException {
        for (int i = 0; i < documents.size(); i += AT_ONCE) {
            link.one(collection.bulkWrite(documents.subList(i, Math.min(i + AT_ONCE, documents.size())).stream()
                    .map(document -> new ReplaceOneModel<>(
                            Filters.eq("_id", document.getString("_id")), document, new ReplaceOptions().upsert(true)))
                    .toList()));
        }
    }
}
