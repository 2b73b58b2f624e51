package dev.fourfold.metrics;

import dev.fourfold.contract.JournalOperations;
import dev.fourfold.contract.live.LiveFeed;
import java.util.List;

/**
 * Everything that can be done with points. The caller has checked with metadata-svc that the run exists and may be
 * written to.
 */
public interface MetricOperations extends JournalOperations {

    /**
     * Refuses where the run's journal is nearly full: asked before anything else of a request is written, so that a full
     * journal leaves nothing half done. Costs no I/O unless it is.
     *
     * @throws dev.fourfold.contract.ProblemException {@code LimitExceeded} where it is
     */
    void admit(String runId);

    /**
     * Takes points: when this returns they are on disk in the journal, and every later read sees them. An exact repeat
     * of (key, timestamp, step, value) is held once, values compared as MLflow does (-0.0 = 0.0, NaN = NaN).
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} for a batch that can never be kept;
     *     {@code LimitExceeded} where the journal is full; {@code Unavailable} where it cannot be written
     */
    void append(PointBatch batch);

    /**
     * One page of a metric's history, every acknowledged point included: waits up to 5 s until the run's journaled
     * points are in the store, then {@code Unavailable}. A metric or run without points has an empty page.
     */
    HistoryPage history(HistoryQuery query);

    /**
     * The first points of several runs at once, with the promises of {@link #history}: a batch for each run that has
     * any and that the limit has room for, in the order asked for.
     */
    List<PointBatch> bulk(BulkQuery query);

    /** An even sample of several runs at once, with the promises of {@link #history}: a batch for each run, as asked. */
    List<PointBatch> sample(SampleQuery query);

    /**
     * Many metrics of many runs at once, with the promises of {@link #history}: a series for each run and key, the keys
     * of a run together, as asked; empty where there is nothing. A series with more points than wanted is reduced to
     * points that it has. Among them are its first and its last one, and of each of the equal parts that the axis
     * between these is cut into the least and the greatest finite value and the first NaN, infinity and negative
     * infinity. By step, a long history's extreme may stand for one that lies up to the width of a part away.
     */
    List<MetricSeries> series(SeriesQuery query);

    /**
     * Removes every point of a run for good: when this returns no read sees any, and nothing that the journal holds brings
     * one back. Points that are appended to the run later are kept, so the caller lets nobody write to it any more.
     * Repeating it removes what is left, which mends a purge that was cut short.
     *
     * @throws dev.fourfold.contract.ProblemException {@code Unavailable} where the store is away: some points may be
     *     gone, and what the journal took of the purge is done when the store is back
     */
    PurgedRun purge(RunRef run);

    /** The retention classes that are configured, beside the default one; costs no I/O. */
    List<String> retentionClasses();

    /**
     * New points of some runs, each moment's of a run as a {@link PointBatch} in bytes, from when this returns on: whoever
     * listens first and reads a history then misses nothing. They come from the journal, so they come while the store is
     * away too.
     *
     * @throws dev.fourfold.contract.ProblemException {@code LimitExceeded} where there are too many listeners
     */
    LiveFeed live(LiveQuery query);
}
