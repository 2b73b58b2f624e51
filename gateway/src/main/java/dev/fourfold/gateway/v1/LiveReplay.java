package dev.fourfold.gateway.v1;

import org.jspecify.annotations.Nullable;

/** What is stored of some runs, read again for a listener that may have missed something, page after page. */
@FunctionalInterface
interface LiveReplay {

    /**
     * The event of the next page; null when there are no more.
     *
     * @throws dev.fourfold.contract.ProblemException where it cannot be read
     */
    byte @Nullable [] next();
}
