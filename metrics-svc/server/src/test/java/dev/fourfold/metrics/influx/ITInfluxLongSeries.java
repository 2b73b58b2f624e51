package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.point.PointStore;
import dev.fourfold.metrics.point.PointStoreContract;

/** The contract where outlines keep no points, so that every series is as a long one. */
final class ITInfluxLongSeries extends PointStoreContract {

    @Override
    protected PointStore open() {
        return new InfluxPointStore(Influx.configuration("longseries", 4_000), new Outlines(128, 0, 0));
    }
}
