/** Points in a PostgreSQL table partitioned by time, where no InfluxDB can be had. Nothing else sees the driver. */
@NullMarked
package dev.fourfold.metrics.postgres;

import org.jspecify.annotations.NullMarked;
