package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.point.HistoryProperties;
import dev.fourfold.metrics.point.PointStore;

/** Any story on a real InfluxDB that is asked and written to over a way that loses requests and answers. */
final class ITInfluxHistories extends HistoryProperties {

    private static final LossyWay WAY = LossyWay.open();

    @Override
    protected PointStore open(int maxNames) {
        // Chunks so short that some are full; in some stories so few with points that some have none.
        int chunksWithPoints = maxNames == 3 ? 5 : 1_000;
        return new InfluxPointStore(WAY.configuration("histories", maxNames), new Outlines(4, 3, chunksWithPoints));
    }

    @Override
    protected boolean exactByStep() {
        return false;
    }
}
