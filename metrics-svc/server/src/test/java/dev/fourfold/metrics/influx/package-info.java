/** Tests of points in InfluxDB, on a real one. */
@NullMarked
package dev.fourfold.metrics.influx;

import org.jspecify.annotations.NullMarked;
