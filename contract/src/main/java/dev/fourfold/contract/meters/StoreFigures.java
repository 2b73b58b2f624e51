package dev.fourfold.contract.meters;

import java.util.List;

/** What a store must be asked for, too slow or too uncertain to be asked while somebody scrapes. */
public interface StoreFigures {

    /** Which figures these are, in a log. */
    String name();

    /**
     * Asks the store. What is not answered has no series until it is answered again.
     *
     * @throws Exception where the store does not answer; it is asked again
     */
    List<Figure> ask() throws Exception;
}
