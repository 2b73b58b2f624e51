package dev.fourfold.logs.mongo;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.journal.StoreUnavailableException;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** What can be told of the server that answers to MongoDB's protocol. */
@Singleton
final class MongoStatus implements StoreOperations {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final MongoLink link;

    MongoStatus(MongoLink link) {
        this.link = link;
    }

    @Override
    public StoreStatus status() {
        try {
            Document build = link.ask(new Document("buildInfo", 1), LIMIT);
            @Nullable String version = build.getString("version");
            return new StoreStatus("mongodb", "MongoDB protocol", version, link.where(), true, null);
        } catch (StoreUnavailableException e) {
            return new StoreStatus("mongodb", "MongoDB protocol", null, link.where(), false, e.getMessage());
        }
    }
}
