package dev.fourfold.metrics;

import java.util.List;

/** What {@link LivePoints} tell. */
public sealed interface LiveNews {

    /**
     * New points.
     *
     * @param position where to go on from when they have been passed on
     * @param runs at least one
     */
    record Points(String position, List<RunPoints> runs) implements LiveNews {

        /** Copies the list. */
        public Points {
            runs = List.copyOf(runs);
        }
    }

    /**
     * No new points yet.
     *
     * @param position where to go on from
     */
    record Quiet(String position) implements LiveNews {}

    /** The reader was too slow; it has to begin again from the last position, which means reading histories. */
    record Behind() implements LiveNews {}

    /**
     * Nothing more will come: begin again from the last position.
     *
     * @param why a sentence
     */
    record Ended(String why) implements LiveNews {}

    /**
     * Points of one run that were appended in one short while.
     *
     * @param moment told apart from other moments everywhere: with the run and the keys asked for, these points
     * @param points a {@link PointBatch} in bytes, the same for everybody who asked for the same keys; not to be changed
     */
    record RunPoints(String moment, String runId, byte[] points) {}
}
