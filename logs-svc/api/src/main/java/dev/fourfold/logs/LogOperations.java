package dev.fourfold.logs;

import dev.fourfold.contract.JournalOperations;
import dev.fourfold.contract.live.LiveFeed;
import java.util.List;

/** Everything that can be done with lines. The caller has checked with metadata-svc that the run exists. */
public interface LogOperations extends JournalOperations {

    /**
     * Takes lines: when this returns they are on disk in the journal, and every later read sees them. A line whose
     * (run, writer, stream, sequence) is known already is not added again.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} for lines out of bounds; {@code TooLarge}
     *     for a message over 1 MiB; {@code Full} where the run would have more lines than a run may have, and then none of
     *     the batch is taken; {@code LimitExceeded} where the journal is full; {@code Unavailable} where it cannot be
     *     written
     */
    void append(LogBatch batch);

    /**
     * One page, every acknowledged line included: waits up to 5 s until the runs' journaled lines are in the store,
     * then {@code Unavailable}. Runs without lines have an empty page. Lines that arrive meanwhile shift nothing: what
     * stands behind the cursor comes on later pages, what stands before it does not.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} for a query out of bounds
     */
    LogPage search(LogQuery query);

    /**
     * How many lines there are in each interval, with the promises of {@link #search}; intervals and groups without any
     * are left out, the others come in the order of interval, run, stream and level.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} for a query out of bounds; {@code TooLarge}
     *     where too many lines would have to be read for it
     */
    List<LogCount> counts(LogCountQuery query);

    /** What these runs have of lines, with the promises of {@link #search}; those without any are left out. */
    List<LogExtent> extents(List<String> runIds);

    /**
     * Removes every line of a run for good: when this returns no search finds any, and nothing that the journal holds
     * brings one back. Lines that are appended to the run later are kept, so the caller lets nobody write to it any more.
     * Repeating it removes what is left, which mends a purge that was cut short.
     *
     * @throws dev.fourfold.contract.ProblemException {@code Unavailable} where the store is away: some lines may be gone,
     *     and what the journal took of the purge is done when the store is back
     */
    PurgedLines purge(String runId);

    /**
     * New lines of some runs, each moment's of a run as a {@link LogBatch} in bytes, from when this returns on: whoever
     * listens first and searches then misses nothing. They come from the journal, so they come while the store is away
     * too, and a line that a client sent again comes again.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} for a query out of bounds;
     *     {@code LimitExceeded} where there are too many listeners
     */
    LiveFeed live(LiveLogQuery query);

    /** The names of the classes that say how long lines are kept, {@code default} among them only where it ends. */
    List<String> retentionClasses();

    /** What each instance removed of lines that were past their retention; one that does not answer is left out. */
    List<SweptLines> swept();
}
