package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.influx.InfluxQuery.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How many series InfluxDB has, as it says itself. The large form is {@code ./fourfold bench cardinality}. */
final class ITInfluxCardinality {

    private static final long NOW = 1_763_000_000_000L;
    private static final int RUNS = 20;
    private static final int NAMES = 50;

    @Test
    void series_areAsManyAsRuns() throws Exception {
        assertThat(cardinality(4_000, 0)).isEqualTo(new Series(RUNS, 0));
    }

    @Test
    void secondValuesOfOnePlace_makeOneMoreSeriesForEachRunAndBucket() throws Exception {
        assertThat(cardinality(4_000, 3)).isEqualTo(new Series(RUNS, RUNS));
    }

    @Test
    void namesPastTheMost_makeNoMoreThanTheBuckets() throws Exception {
        Series series = cardinality(NAMES / 10, 0);
        assertThat(series.wide()).isEqualTo(RUNS);
        assertThat(series.side()).isBetween(RUNS, RUNS * NAMES * 9 / 10).isLessThanOrEqualTo(RUNS * Place.BUCKETS);
    }

    /** @param again how many further values the first name has at one place */
    private static Series cardinality(int maxNames, int again) throws Exception {
        var configuration = Influx.configuration("cardinality", maxNames);
        var experiment = UUID.randomUUID().toString();
        try (var reader = new InfluxReader(configuration, () -> {});
                var store = new InfluxPointStore(configuration)) {
            for (int run = 0; run < RUNS; run++) {
                var points = new ArrayList<Point>();
                for (int step = 0; step < 10; step++) {
                    for (int name = 0; name < NAMES; name++) {
                        // What is not finite, and steps that do not fit the time, are in the same rows.
                        double value = step % 3 == 0 ? Double.NaN : step;
                        points.add(new Point("name" + name, NOW + step, step % 4 == 0 ? -step : step, value));
                    }
                }
                for (int i = 0; i < again; i++) {
                    points.add(new Point("name0", NOW + 1, 1, 100 + i));
                }
                store.write(List.of(new PointBatch(experiment, "run" + run, points)));
            }
            return new Series(
                    count(reader, Names.wideMeasurement(experiment)), count(reader, Names.sideMeasurement(experiment)));
        }
    }

    private static int count(InfluxReader reader, String measurement) throws StoreUnavailableException {
        var series = new ArrayList<String>();
        reader.query(new InfluxQuery()
                .add(
                        (columns, values) -> series.add(values[0]),
                        "SHOW SERIES EXACT CARDINALITY FROM ?",
                        new Identifier(measurement)));
        return series.isEmpty() ? 0 : Integer.parseInt(series.getFirst());
    }

    /** How many there are of wide rows, and at the side. */
    private record Series(int wide, int side) {}
}
