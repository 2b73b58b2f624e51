package dev.fourfold.logs.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.meters.Disk;
import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.Store;
import java.io.IOException;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Answers of a MongoDB with a replica set, which is not to be had here, in the form that its manual gives. */
class MongoFiguresTest {

    @Test
    void secondary_lagsByTheAgeOfItsLastOperation() {
        var status = Document.parse("""
                {"set": "rs0", "ok": 1, "members": [
                  {"_id": 0, "name": "a:27017", "stateStr": "PRIMARY", "optimeDate": {"$date": "2026-01-01T00:00:12.500Z"}},
                  {"_id": 1, "name": "b:27017", "stateStr": "SECONDARY", "optimeDate": {"$date": "2026-01-01T00:00:05Z"}},
                  {"_id": 2, "name": "c:27017", "stateStr": "SECONDARY", "optimeDate": {"$date": "2026-01-01T00:00:13Z"}},
                  {"_id": 3, "name": "d:27017", "stateStr": "ARBITER"}]}
                """);
        assertThat(MongoFigures.lags(status))
                .containsExactly(Figure.lag(Store.MONGODB, "b:27017", 7.5), Figure.lag(Store.MONGODB, "c:27017", 0));
    }

    @Test
    void withoutAPrimary_nobodyLags() {
        assertThat(MongoFigures.lags(Document.parse("""
                {"members": [{"name": "b:27017", "stateStr": "SECONDARY", "optimeDate": {"$date": "2026-01-01T00:00:05Z"}}]}
                """))).isEmpty();
        assertThat(MongoFigures.lags(new Document("ok", 0))).isEmpty();
    }

    @Test
    void space_isDataAndIndexes_andWhatTheVolumeHasLeft() throws IOException {
        List<Figure> figures = MongoFigures.space(
                Document.parse(
                        "{\"storageSize\": 30, \"indexSize\": 12, \"fsTotalSize\": 100.0, \"fsUsedSize\": 60.0}"),
                Disk.of(Store.MONGODB, ""));
        assertThat(figures).extracting(Figure::value).containsExactly(42.0, 82.0);
        assertThat(MongoFigures.space(new Document("ok", 1), Disk.of(Store.MONGODB, "")))
                .isEmpty();
    }

    @Test
    void cache_isThatOfWiredTiger() {
        var figures = MongoFigures.cache(Document.parse("""
                {"wiredTiger": {"cache": {"pages requested from the cache": 100, "pages read into cache": 10}}}
                """));
        assertThat(figures).extracting(Figure::value).containsExactly(90.0, 10.0);
        assertThat(MongoFigures.cache(new Document())).isEmpty();
    }
}
