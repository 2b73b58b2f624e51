package dev.fourfold.metrics.point;

import dev.fourfold.journal.tail.TailedFeed;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The points of a run's records that have one of some keys, as one {@link PointBatch} in bytes.
 *
 * @param keys none for all
 */
record ChosenPoints(Set<String> keys) implements TailedFeed.Choice {

    private static final Logger LOG = LoggerFactory.getLogger(ChosenPoints.class);

    private static final byte[] NONE = {};

    @Override
    public byte[] apply(List<byte[]> payloads) {
        var points = new ArrayList<Point>();
        String experimentId = "";
        String runId = "";
        for (byte[] payload : payloads) {
            try {
                PointBatch batch = PointBatch.fromBytes(payload, keys);
                experimentId = batch.experimentId();
                runId = batch.runId();
                points.addAll(batch.points());
            } catch (IllegalArgumentException e) {
                // A purge; of what nobody can read, whoever drains the journal says so too, and louder.
                LOG.debug("live.record holds no points", e);
            }
        }
        return points.isEmpty() ? NONE : new PointBatch(experimentId, runId, points).toBytes();
    }
}
