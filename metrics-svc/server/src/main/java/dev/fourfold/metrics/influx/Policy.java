package dev.fourfold.metrics.influx;

import java.time.Duration;

/**
 * A retention policy of the database: a bucket of its own on a 2.x.
 *
 * @param retention how long after its timestamp a point is kept; zero for ever
 * @param shardDuration how much time one shard spans
 */
record Policy(String name, Duration retention, Duration shardDuration) {

    /** Whether its points go some time. */
    boolean isFinite() {
        return retention.isPositive();
    }
}
