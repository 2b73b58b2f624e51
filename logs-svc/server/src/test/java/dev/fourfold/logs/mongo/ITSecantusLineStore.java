package dev.fourfold.logs.mongo;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.logs.line.LineStore;
import dev.fourfold.logs.line.LineStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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
    protected LineStore store() {
        return store;
    }
}
