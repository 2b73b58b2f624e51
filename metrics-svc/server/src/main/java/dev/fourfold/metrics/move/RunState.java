package dev.fourfold.metrics.move;

/** How far one run of a move is. */
public enum RunState {
    /** To be copied. */
    LISTED,
    /** Found different: what the new store has is to be removed, and copied again. */
    MENDING,
    /** Copied, to be compared. */
    COPIED,
    /** The same in both stores. */
    EQUAL,
    /** Not the same. */
    DIFFERENT,
    /** To be deleted from the old store. */
    LEFT,
    /** Deleted from the old store. */
    DELETED
}
