package dev.fourfold.logs.mongo;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.logs.line.LineStore;
import dev.fourfold.logs.line.LineStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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
    protected LineStore store() {
        return store;
    }

    static MongoConfiguration configuration(String url, Duration lag) {
        return new MongoConfiguration(url, "fourfold", Duration.ofSeconds(2), Duration.ofSeconds(10), 1, 10, lag);
    }
}
