package dev.fourfold.journal.tail;

import java.util.Map;

/** What a listener hears. */
public sealed interface Heard {

    /**
     * Records of keys that are listened to.
     *
     * @param position where to go on from when they have been passed on
     * @param records by key; at least one
     */
    record News(String position, Map<String, Records> records) implements Heard {}

    /**
     * Nothing came within the time that was waited.
     *
     * @param position where to go on from: it moves with what others append
     */
    record Quiet(String position) implements Heard {}

    /** The listener was too slow: what it would hear next is not in memory any more. */
    record Behind() implements Heard {}

    /** Nothing more will come: the journal, or the listener, was closed. */
    record Ended() implements Heard {}
}
