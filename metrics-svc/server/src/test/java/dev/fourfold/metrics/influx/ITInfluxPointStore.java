package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.point.PointStore;
import dev.fourfold.metrics.point.PointStoreContract;

/** The contract on a real InfluxDB, as it is set up by default. */
final class ITInfluxPointStore extends PointStoreContract {

    @Override
    protected PointStore open() {
        return new InfluxPointStore(Influx.configuration("contract", 4_000));
    }
}
