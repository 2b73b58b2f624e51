package dev.fourfold.logs.line;

import dev.fourfold.journal.StoreUnavailableException;
import dev.fourfold.logs.LogBatch;
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
    void write(List<LogBatch> batches) throws StoreUnavailableException;

    /**
     * One page in the order (time, writer, stream, sequence), after the cursor; a run without lines has an empty page.
     * Lines that arrive later with a later time appear on later pages.
     */
    LogPage search(LogQuery query, LinePosition after) throws StoreUnavailableException;

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
