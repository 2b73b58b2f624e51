package dev.fourfold.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.StoreStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@code up} says of where metrics are. */
final class StoresTest {

    private static final StoreLine INFLUXDB = new StoreLine("metrics", "InfluxDB 1.8.10", "127.0.0.1:8086");
    private static final StoreLine TABLE =
            new StoreLine("metrics", "PostgreSQL (partitioned table)", "beside the metadata");

    @Test
    void pointsWhereTheSettingsSay_areOneLine() {
        assertThat(Stores.metricLines(INFLUXDB, status("InfluxDB", null, true))).containsExactly(INFLUXDB);
        assertThat(Stores.metricLines(TABLE, status("PostgreSQL", null, true))).containsExactly(TABLE);
        assertThat(Stores.metricLines(INFLUXDB, null)).containsExactly(INFLUXDB);
        assertThat(Stores.metricLines(INFLUXDB, status("unknown", null, false))).containsExactly(INFLUXDB);
    }

    @Test
    void pointsThatWereMoved_areWhereTheyAreRecorded() {
        var beside = new StoreLine("beside it", "InfluxDB 1.8.10", "127.0.0.1:8086");
        assertThat(Stores.metricLines(INFLUXDB, status("PostgreSQL", null, true)))
                .containsExactly(new StoreLine("metrics", "PostgreSQL 18 (as recorded)", "there"), beside);
        assertThat(Stores.metricLines(INFLUXDB, status("PostgreSQL", "a move is under way", true)))
                .containsExactly(
                        new StoreLine("metrics", "PostgreSQL 18 (as recorded)", "there, a move is under way"), beside);
        assertThat(Stores.metricLines(TABLE, status("InfluxDB", "Connection refused", false)))
                .containsExactly(new StoreLine("metrics", "InfluxDB 18 (as recorded)", "there, does not answer"));
    }

    private static StoreStatus status(String engine, @Nullable String detail, boolean available) {
        return new StoreStatus("some", engine, "18", "there", available, detail);
    }
}
