package dev.fourfold.logs.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.line.LineRetention;
import dev.fourfold.logs.line.LineStore;
import dev.fourfold.logs.line.LineStoreContract;
import java.time.Duration;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ITMongoLineStore extends LineStoreContract {

    private static MongoLink link;
    private static LineStore store;

    @BeforeAll
    static void open() {
        var configuration = configuration(TemporaryStores.mongo().url(), Duration.ZERO);
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

    /** mongo-java-server takes such an index, shows it, and expires nothing. */
    @Test
    void expiry_isNotThisServers_whichIsNoticed() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(retention().expire(Map.of("scratch", Duration.ofHours(2))))
                    .isFalse();
        }
        assertThat(link.all(link.collection(LineDocuments.LINES).listIndexes()))
                .noneMatch(index -> index.getString("name").startsWith("expiry"));
    }

    @Override
    protected LineStore store() {
        return store;
    }

    static MongoConfiguration configuration(String url, Duration lag) {
        return new MongoConfiguration(url, "fourfold", Duration.ofSeconds(2), Duration.ofSeconds(10), 1, 10, lag, null);
    }
}
