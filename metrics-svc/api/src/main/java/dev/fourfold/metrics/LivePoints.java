package dev.fourfold.metrics;

import java.time.Duration;
import java.util.List;

/** New points of some runs, as they come. For one thread, but for {@link #close}, which must be called. */
public interface LivePoints extends AutoCloseable {

    /**
     * Runs of which points since the position that was asked for are not known any more: their histories must be read
     * again, after which nothing is missed. None where no position was asked for.
     */
    List<String> missed();

    /** Where it begins. */
    String position();

    /**
     * What comes next, as soon as there is something. Points come in the order in which they were appended, and within
     * a part of a second; after a resumption some may come again.
     */
    LiveNews next(Duration wait) throws InterruptedException;

    /** Ends it; whoever waits for what comes next is told that it ended. */
    @Override
    void close();
}
