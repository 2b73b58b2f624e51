package dev.fourfold.logs.mongo;

import com.mongodb.MongoCommandException;
import dev.fourfold.contract.meters.Disk;
import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreFigures;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.ServesLogs;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The size of the lines, how well WiredTiger's cache does, and how far secondaries are behind: as far as the server says.
 * One that only speaks MongoDB's protocol leaves some of it out.
 */
@Singleton
@ServesLogs
final class MongoFigures implements StoreFigures {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String PRIMARY = "PRIMARY";
    private static final String SECONDARY = "SECONDARY";
    private static final double MILLIS = 1_000;

    private final MongoLink link;
    private final Disk disk;

    MongoFigures(MongoLink link, @Value("${fourfold.disk.mongodb:}") String disk) {
        this.link = link;
        this.disk = Disk.of(Store.MONGODB, disk);
    }

    @Override
    public String name() {
        return "mongodb";
    }

    @Override
    public List<Figure> ask() throws IOException, StoreUnavailableException {
        var figures = new ArrayList<Figure>();
        figures.addAll(space(link.askDatabase(new Document("dbStats", 1)), disk));
        told(new Document("serverStatus", 1)).ifPresent(status -> figures.addAll(cache(status)));
        if (link.isReplicaSet()) {
            told(new Document("replSetGetStatus", 1)).ifPresent(status -> figures.addAll(lags(status)));
        }
        return figures;
    }

    /** Empty where the server does not know the command, or does not let us ask. */
    private Optional<Document> told(Document command) throws StoreUnavailableException {
        try {
            return Optional.of(link.ask(command, LIMIT));
        } catch (StoreUnavailableException e) {
            if (e.getCause() instanceof MongoCommandException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Data and indexes as they lie on disk, and what the volume has left. */
    static List<Figure> space(Document stats, Disk disk) throws IOException {
        Double used = number(stats, "totalSize");
        if (used == null) {
            Double data = number(stats, "storageSize");
            Double indexes = number(stats, "indexSize");
            if (data == null) {
                return List.of();
            }
            used = data + (indexes == null ? 0 : indexes);
        }
        Double volume = number(stats, "fsTotalSize");
        Double taken = number(stats, "fsUsedSize");
        return disk.used(used, volume == null || taken == null ? null : volume - taken);
    }

    static List<Figure> cache(Document status) {
        if (status.get("wiredTiger") instanceof Document engine && engine.get("cache") instanceof Document cache) {
            Double asked = number(cache, "pages requested from the cache");
            Double read = number(cache, "pages read into cache");
            if (asked != null && read != null) {
                // Pages are read ahead, too.
                return Figure.cache(Store.MONGODB, Math.max(0, asked - read), read);
            }
        }
        return List.of();
    }

    /** How much older than the primary's the last operation of each secondary is. */
    static List<Figure> lags(Document status) {
        var members = status.getList("members", Document.class, List.of());
        var newest = members.stream()
                .filter(member -> PRIMARY.equals(member.getString("stateStr")))
                .map(member -> member.getDate("optimeDate"))
                .findFirst();
        if (newest.isEmpty()) {
            return List.of();
        }
        var lags = new ArrayList<Figure>();
        for (Document member : members) {
            @Nullable Date at = member.getDate("optimeDate");
            if (SECONDARY.equals(member.getString("stateStr")) && at != null) {
                double behind = Math.max(0, newest.get().getTime() - at.getTime()) / MILLIS;
                lags.add(Figure.lag(Store.MONGODB, String.valueOf(member.getString("name")), behind));
            }
        }
        return lags;
    }

    private static @Nullable Double number(Map<String, Object> document, String name) {
        return document.get(name) instanceof Number number ? number.doubleValue() : null;
    }
}
