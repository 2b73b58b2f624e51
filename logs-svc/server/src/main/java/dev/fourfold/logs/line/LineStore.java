package dev.fourfold.logs.line;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import java.time.Duration;
import java.util.List;

/** Where lines are kept. Written by one thread; read by many. */
public interface LineStore {

    /** What the store is for Fourfold: {@code mongodb}. */
    String part();

    /**
     * Adds the lines that are not known yet, by (run, writer, stream, sequence); of two with one identity the first
     * stays. Writing the same again changes nothing, in whatever batches it comes.
     */
    void write(List<ReceivedLines> batches) throws StoreUnavailableException;

    /**
     * One page, behind the query's cursor; runs without lines have an empty page. Lines that arrive later and stand
     * behind the cursor appear on later pages.
     */
    LogPage search(LogQuery query) throws StoreUnavailableException;

    /**
     * How many lines each interval has, in order, those with none left out.
     *
     * @throws dev.fourfold.contract.ProblemException {@code TooLarge} where too many lines would have to be read
     */
    List<LogCount> counts(LogCountQuery query) throws StoreUnavailableException;

    /** What these runs have, those without lines left out. */
    List<LogExtent> extents(List<String> runIds) throws StoreUnavailableException;

    /** How much a batch would add. */
    RunSize missing(LogBatch batch) throws StoreUnavailableException;

    /** How many lines of the run there are. */
    long count(String runId) throws StoreUnavailableException;

    /**
     * Removes every line of the run, in memory that does not grow with them; a run without lines is fine. Repeating it
     * removes what is left.
     */
    void purge(String runId) throws StoreUnavailableException;

    /** How long after a write the store may still lose it in a crash; the journal keeps lines that long. */
    Duration durabilityLag();

    /** Registers who must know that the server was lost: it may come back without what it took last. */
    void whenLost(Runnable listener);
}
