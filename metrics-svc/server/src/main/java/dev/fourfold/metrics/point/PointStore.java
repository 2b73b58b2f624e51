package dev.fourfold.metrics.point;

import dev.fourfold.contract.StoreStatus;
import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.metrics.BulkQuery;
import dev.fourfold.metrics.HistoryPage;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricSeries;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.SampleQuery;
import dev.fourfold.metrics.SeriesQuery;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * Where points are kept, one engine behind it. Everything that comes in has passed {@link PointRules}.
 *
 * <p>Two points of a run are the same when key, timestamp and step are equal and the values are equal as MLflow compares
 * them (-0.0 = 0.0, NaN = NaN); the same point is kept once, with the bits that came first.
 */
public interface PointStore extends AutoCloseable {

    /**
     * Makes or checks what the store needs before the first write; may be called any number of times.
     *
     * @throws StoreUnavailableException if the store is away, or is not as it must be: the message names the mend
     */
    void ensureSchema() throws StoreUnavailableException;

    /**
     * Writes points, in the order given; when it returns they are durable and every later read sees them. Writing the
     * same points again, in whatever batches, together with others or after a failure in the middle, changes nothing.
     * One thread at a time; batches of one run always through the same instance. A point that the store can never take
     * is logged and counted, and keeps nothing else from being written.
     *
     * @return how many points the store refused for good
     * @throws StoreUnavailableException if the store is away: some points may be written, writing all again mends it
     */
    long write(List<PointBatch> batches) throws StoreUnavailableException;

    /**
     * One page of a history, ordered by {@link PointOrder}: as many points as the limit where there are so many. A run
     * or key without points has an empty page without a cursor. Paging through a history costs time linear in its
     * length; a point written meanwhile before the cursor is not seen.
     *
     * @throws StoreUnavailableException if the store is away or does not answer in time
     */
    HistoryPage read(HistoryQuery query) throws StoreUnavailableException;

    /**
     * The first points of several runs, run after run in the order asked for, each ordered by {@link PointOrder}, as
     * many as the limit in all. Runs without points have no batch. Many runs cost few requests to the engine.
     *
     * @throws StoreUnavailableException if the store is away or does not answer in time
     */
    List<PointBatch> bulk(BulkQuery query) throws StoreUnavailableException;

    /**
     * An even sample of several runs, a batch for each run in the order asked for, as {@link Sampling} has it. Many runs
     * cost few requests to the engine.
     *
     * @throws StoreUnavailableException if the store is away or does not answer in time
     */
    List<PointBatch> sample(SampleQuery query) throws StoreUnavailableException;

    /**
     * Many metrics of many runs along an axis, run after run and for each key after key as asked, reduced as
     * {@link Envelope} has it where there are more points than wanted. By step, an extreme may stand for one that lies
     * up to the width of a bucket away. Memory does not grow with the lengths of histories, and many series cost few
     * requests to the engine.
     *
     * @throws StoreUnavailableException if the store is away or does not answer in time
     */
    List<MetricSeries> series(SeriesQuery query) throws StoreUnavailableException;

    /**
     * Gives every run that has points, in no order, perhaps more than once; runs that get their first point meanwhile may
     * be missing. Memory does not grow with their number. A run whose experiment the store does not know is left out.
     *
     * @throws StoreUnavailableException if the store is away or does not answer in time: some runs may have been given
     */
    void runs(Consumer<RunRef> each) throws StoreUnavailableException;

    /**
     * The keys that a run has points of, and perhaps some that it has none of.
     *
     * @throws StoreUnavailableException if the store is away or does not answer in time
     */
    SortedSet<String> keys(RunRef run) throws StoreUnavailableException;

    /**
     * How many points of a run there are; a point that is kept twice, which a refusal in between can cause, may count
     * twice.
     *
     * @throws StoreUnavailableException if the store is away or does not answer in time
     */
    long count(RunRef run) throws StoreUnavailableException;

    /**
     * Removes all points of a run, in memory that does not grow with their number; when it returns no read sees any. On
     * the thread that writes. Repeating it, also after a failure in the middle, removes what is left. Points that are
     * written to the run afterwards are kept as those of a new one.
     *
     * @throws StoreUnavailableException if the store is away: some points may be gone
     */
    void purge(RunRef run) throws StoreUnavailableException;

    /** The retention classes that are configured; none where the engine keeps every point until its purge. */
    List<String> retentionClasses();

    /** Asks the store for at most a second; never throws for a store that is away. */
    StoreStatus status();

    /** The name that an outage of this store is reported under: {@code influxdb} or {@code postgresql}. */
    String part();

    @Override
    void close();
}
