package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.point.Histories;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many shards InfluxDB has, whatever timestamps come. */
final class ITInfluxShards {

    private static final long DAY = 86_400_000;

    /** From 1970 on, ten-year shards to the year 2109; what is dated later lies among these. */
    private static final int MOST = 16;

    @Test
    void timestampsFrom1970To2200AndFarBeyond_makeFewShards() throws Exception {
        var configuration = Influx.configuration("scattered", 4_000);
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            var points = scattered();
            store.write(List.of(new PointBatch("1", "r", points)));
            assertThat(shards(reader, "scattered")).hasSizeBetween(5, MOST);
            assertThat(Histories.exact(Histories.read(store, "1", "r", "loss", 5_000)))
                    .isEqualTo(Histories.exact(Histories.model(points).getOrDefault("loss", List.of())));
        }
    }

    /** As somebody's hand or InfluxDB's own default makes it: shards of a week. */
    @Test
    void databaseWithShortShards_isGivenLongOnes() throws Exception {
        var configuration = Influx.configuration("short_shards", 4_000);
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            reader.query(new InfluxQuery().add((columns, values) -> {}, "CREATE DATABASE short_shards"));
            var points = scattered();
            store.write(List.of(new PointBatch("1", "r", points)));
            assertThat(shards(reader, "short_shards")).hasSizeBetween(5, MOST);
        }
    }

    /** Each week of 230 years, and onwards to the last millisecond that a long can say. */
    private static List<Point> scattered() {
        var points = new ArrayList<Point>();
        for (long timestamp = 0; timestamp < 230 * 365 * DAY; timestamp += 7 * DAY) {
            points.add(new Point("loss", timestamp, 1, 1));
        }
        for (long timestamp = 1; timestamp > 0; timestamp = timestamp * 3 + 1) {
            points.add(new Point("loss", timestamp, 1, 2));
        }
        points.add(new Point("loss", Long.MAX_VALUE, 1, 3));
        return points;
    }

    private static List<String> shards(InfluxReader reader, String database) throws StoreUnavailableException {
        var shards = new ArrayList<String>();
        reader.query(new InfluxQuery()
                .add(
                        (columns, values) -> {
                            if (database.equals(values[columns.indexOf("database")])) {
                                shards.add(values[0]);
                            }
                        },
                        "SHOW SHARDS"));
        return shards;
    }
}
