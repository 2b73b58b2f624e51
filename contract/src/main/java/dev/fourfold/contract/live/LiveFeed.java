package dev.fourfold.contract.live;

import java.time.Duration;
import java.util.List;

/** What is new of some runs, as it comes. For one thread, but for {@link #close}, which must be called. */
public interface LiveFeed extends AutoCloseable {

    /**
     * Runs of which it is not known any more what came since the position that was asked for: what is stored of them must
     * be read again, after which nothing is missed. None where no position was asked for.
     */
    List<String> missed();

    /** Where it begins. */
    String position();

    /**
     * What comes next, as soon as there is something. Of one run it comes in the order in which it was appended, and
     * within a part of a second; after a resumption some may come again.
     */
    LiveNews next(Duration wait) throws InterruptedException;

    /** Ends it; whoever waits for what comes next is told that it ended. */
    @Override
    void close();
}
