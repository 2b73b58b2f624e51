package dev.fourfold.logs.mongo;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.ServesLogs;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** What can be told of the server that answers to MongoDB's protocol. */
@Singleton
@ServesLogs
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
            return new StoreStatus("mongodb", engineOf(build), version, link.where(), true, null);
        } catch (StoreUnavailableException e) {
            return new StoreStatus("mongodb", "MongoDB protocol", null, link.where(), false, e.getMessage());
        }
    }

    /** MongoDB names the commit it was built from; others that speak its protocol do not, or name themselves. */
    static String engineOf(Document build) {
        if (build.toJson().toLowerCase(Locale.ROOT).contains("secantus")) {
            return "SecantusDB";
        }
        return build.containsKey("gitVersion") ? "MongoDB" : "mongo-java-server";
    }
}
