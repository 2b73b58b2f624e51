package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.point.PointStore;
import dev.fourfold.metrics.point.PointStoreContract;

/** The contract where wide rows take three names and all others go to the side. */
final class ITInfluxFewNames extends PointStoreContract {

    @Override
    protected PointStore open() {
        return new InfluxPointStore(Influx.configuration("fewnames", 3));
    }
}
