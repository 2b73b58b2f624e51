package dev.fourfold.metrics.point;

import dev.fourfold.contract.Instance;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How metrics-svc keeps points.
 *
 * @param store {@code influxdb}, or {@code postgresql} where no InfluxDB can be had
 * @param journalFolder where the journal's files are
 * @param journalMaxBytes how much may wait there before points are refused
 * @param readLimit how long a read waits until the run's journaled points are in the store
 * @param liveListeners how many may listen to new points at once
 * @param liveBytes how much of the newest points is held in memory for them
 * @param instance which of how many instances of metrics-svc this is: {@code 2/3} is the second of three
 */
@ConfigurationProperties("fourfold.metrics")
public record MetricsConfiguration(
        @Bindable(defaultValue = MetricsConfiguration.INFLUXDB)
        String store,

        @Bindable(defaultValue = "data/metrics-journal") Path journalFolder,
        @Bindable(defaultValue = "4294967296") long journalMaxBytes,
        @Bindable(defaultValue = "5s") Duration readLimit,
        @Bindable(defaultValue = "1000") int liveListeners,
        @Bindable(defaultValue = "16777216") long liveBytes,
        @Bindable(defaultValue = "1/1") String instance) {

    /** The value of {@code fourfold.metrics.store} for InfluxDB. */
    public static final String INFLUXDB = "influxdb";

    /** The value of {@code fourfold.metrics.store} for PostgreSQL. */
    public static final String POSTGRESQL = "postgresql";

    /** Checks what the types cannot say. */
    public MetricsConfiguration {
        if (!store.equals(INFLUXDB) && !store.equals(POSTGRESQL)) {
            throw new IllegalArgumentException(
                    "fourfold.metrics.store is " + INFLUXDB + " or " + POSTGRESQL + ", not " + store);
        }
        if (journalMaxBytes < 1 << 20) {
            throw new IllegalArgumentException("fourfold.metrics.journal-max-bytes is at least 1048576");
        }
        if (!readLimit.isPositive()) {
            throw new IllegalArgumentException("fourfold.metrics.read-limit is more than nothing");
        }
        if (liveListeners < 0) {
            throw new IllegalArgumentException("fourfold.metrics.live-listeners is not negative");
        }
        if (liveBytes < 1 << 16) {
            throw new IllegalArgumentException("fourfold.metrics.live-bytes is at least 65536");
        }
        Instance.parse(instance);
    }
}
