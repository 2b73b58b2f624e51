package dev.fourfold.contract.live;

import java.util.List;

/** What {@link LiveFeed}s tell. */
public sealed interface LiveNews {

    /**
     * Something new.
     *
     * @param position where to go on from when it has been passed on
     * @param runs at least one
     */
    record Fresh(String position, List<RunNews> runs) implements LiveNews {

        /** Copies the list. */
        public Fresh {
            runs = List.copyOf(runs);
        }
    }

    /**
     * Nothing new yet.
     *
     * @param position where to go on from
     */
    record Quiet(String position) implements LiveNews {}

    /** The reader was too slow; it has to begin again from the last position, which means reading what is stored. */
    record Behind() implements LiveNews {}

    /**
     * Nothing more will come: begin again from the last position.
     *
     * @param why a sentence
     */
    record Ended(String why) implements LiveNews {}

    /**
     * What was appended to one run in one short while.
     *
     * @param moment told apart from other moments everywhere: with the run and what was chosen of it, these bytes
     * @param bytes in the form that the service says, the same for everybody who chose the same; not to be changed
     */
    record RunNews(String moment, String runId, byte[] bytes) {}
}
