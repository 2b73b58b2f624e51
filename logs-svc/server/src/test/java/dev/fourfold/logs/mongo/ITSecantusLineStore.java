package dev.fourfold.logs.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.line.LineRetention;
import dev.fourfold.logs.line.LineStore;
import dev.fourfold.logs.line.LineStoreContract;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same on a server with WiredTiger behind MongoDB's protocol. */
class ITSecantusLineStore extends LineStoreContract {

    private static MongoLink link;
    private static LineStore store;

    @BeforeAll
    static void open() {
        var configuration =
                ITMongoLineStore.configuration(TemporaryStores.secantus().url(), Duration.ZERO);
        link = new MongoLink(configuration);
        store = new MongoLineStore(link, configuration);
    }

    @AfterAll
    static void close() {
        link.close();
    }

    @Override
    protected LineRetention retention() {
        return new MongoLineRetention(link);
    }

    @Override
    protected void losesBuckets() throws StoreUnavailableException {
        link.one(link.collection(LineDocuments.LINES).deleteMany(new Document()));
        link.noteRemoval(); // The writer remembers what it wrote for a minute; no retention is so short.
    }

    /** That this server does so, within a minute, was tried by hand; here its part is played. */
    @Test
    void expiry_isLeftToTheServerToo_asConfigured() throws Exception {
        Map<String, Duration> classes = Map.of("scratch", Duration.ofHours(2), "default", Duration.ofDays(1));
        assertThat(retention().expire(classes)).isFalse();
        assertThat(expiries()).isEmpty();
        link.one(link.collection(BucketExpiry.TRIAL).deleteOne(new Document("_id", BucketExpiry.TO_GO)));
        assertThat(retention().expire(classes)).isTrue();
        assertThat(expiries()).containsOnly(Map.entry("scratch", 3 * 3600L), Map.entry("default", 25 * 3600L));
        assertThat(retention().expire(Map.of("scratch", Duration.ofHours(4)))).isTrue();
        assertThat(expiries()).containsOnly(Map.entry("scratch", 5 * 3600L));
        assertThat(retention().expire(Map.of())).isFalse();
        assertThat(expiries()).isEmpty();
    }

    private static Map<String, Long> expiries() throws StoreUnavailableException {
        return link.all(link.collection(LineDocuments.LINES).listIndexes()).stream()
                .filter(index -> index.containsKey("expireAfterSeconds"))
                .collect(Collectors.toMap(
                        index -> index.get("partialFilterExpression", Document.class)
                                .getString(Bucket.CLASS),
                        index -> index.get("expireAfterSeconds", Number.class).longValue()));
    }

    @Override
    protected LineStore store() {
        return store;
    }
}
