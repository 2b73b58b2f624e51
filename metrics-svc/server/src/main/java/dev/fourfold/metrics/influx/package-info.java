/**
 * Points in InfluxDB, 1.8 or 2.x: wide rows of one run for almost all of them, and a side measurement for what a wide
 * row cannot hold (docs/adr/0003). Nothing else sees the driver.
 */
@NullMarked
package dev.fourfold.metrics.influx;

import org.jspecify.annotations.NullMarked;
