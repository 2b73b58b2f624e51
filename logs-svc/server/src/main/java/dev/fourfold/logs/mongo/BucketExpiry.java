package dev.fourfold.logs.mongo;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.fourfold.journal.StoreUnavailableException;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Indexes that have the server remove buckets by itself, one for each class that ends: on the time when the last line was
 * received, with a filter for the class. They run an hour behind the sweep, which is to be first as long as there is one: it
 * takes the buckets out of the run's index, too.
 *
 * <p>Whether a server expires documents is not asked but tried, as one takes such an index, shows it and ignores it: a
 * document that is long past its time is left in a collection of its own, and once it is gone the server does.
 */
final class BucketExpiry {

    private static final Logger LOG = LoggerFactory.getLogger(BucketExpiry.class);

    static final Duration BEHIND = Duration.ofHours(1);

    static final String TRIAL = "log_expiry_trial";

    /** The document that is to go, and one without a time that says when it is there no more that it was. */
    static final String TO_GO = "to-go";

    private static final String TO_STAY = "to-stay";

    private static final String NAME = "expiry_";

    private final MongoLink link;
    private final MongoCollection<Document> lines;
    private final MongoCollection<Document> trial;

    BucketExpiry(MongoLink link) {
        this.link = link;
        lines = link.collection(LineDocuments.LINES);
        trial = link.collection(TRIAL);
    }

    /** Makes what is missing, drops what is not wanted any more; answers whether the server is known to expire documents. */
    boolean ensure(Map<String, Duration> classes) throws StoreUnavailableException {
        if (!classes.isEmpty() && !expires()) {
            return false;
        }
        Map<String, Long> wanted = new HashMap<>();
        classes.forEach(
                (name, kept) -> wanted.put(NAME + name, kept.plus(BEHIND).toSeconds()));
        Set<String> present = new HashSet<>();
        for (Document index : link.all(lines.listIndexes())) {
            String name = index.getString("name");
            if (name.startsWith(NAME)) {
                Long seconds = wanted.get(name);
                if (seconds != null
                        && index.get("expireAfterSeconds") instanceof Number after
                        && after.longValue() == seconds) {
                    present.add(name);
                } else {
                    link.one(lines.dropIndex(name));
                }
            }
        }
        for (var entry : wanted.entrySet()) {
            if (!present.contains(entry.getKey()) && !made(entry.getKey(), entry.getValue())) {
                return false;
            }
        }
        return !classes.isEmpty();
    }

    private boolean expires() throws StoreUnavailableException {
        Set<String> there = new HashSet<>();
        for (Document document : link.all(trial.find())) {
            there.add(document.getString("_id"));
        }
        if (there.contains(TO_STAY)) {
            return !there.contains(TO_GO);
        }
        if (!taken(() -> link.one(trial.createIndex(
                Indexes.ascending(Bucket.RECEIVED), new IndexOptions().expireAfter(1L, TimeUnit.SECONDS))))) {
            return false;
        }
        put(new Document("_id", TO_GO).append(Bucket.RECEIVED, new Date(0)));
        put(new Document("_id", TO_STAY));
        return false;
    }

    private void put(Document document) throws StoreUnavailableException {
        link.one(trial.replaceOne(
                Filters.eq("_id", document.getString("_id")), document, new ReplaceOptions().upsert(true)));
    }

    private boolean made(String name, long seconds) throws StoreUnavailableException {
        return taken(() -> link.one(lines.createIndex(
                Indexes.ascending(Bucket.RECEIVED),
                new IndexOptions()
                        .name(name)
                        .expireAfter(seconds, TimeUnit.SECONDS)
                        .partialFilterExpression(Filters.eq(Bucket.CLASS, name.substring(NAME.length()))))));
    }

    /** A server that knows no such indexes, or one only for a field (MongoDB before 5.0), leaves it to the sweep. */
    private static boolean taken(Making index) throws StoreUnavailableException {
        try {
            index.make();
            return true;
        } catch (StoreUnavailableException e) {
            if (MongoLink.refused(e)) {
                LOG.info("logs.expiry the store takes no such index: {}", e.getMessage());
                return false;
            }
            throw e;
        }
    }

    /** Asks for an index. */
    @FunctionalInterface
    private interface Making {

        void make() throws StoreUnavailableException;
    }
}
