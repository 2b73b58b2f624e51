package dev.fourfold.metrics.move;

/** What can be done with a move that was started. */
public enum MoveAction {
    /** Copying and comparing stop; new points still go to both stores. */
    PAUSE,
    /** Goes on after a pause. */
    RESUME,
    /** Of the runs that differ: what the new store has is removed and copied again, then compared again. */
    MEND,
    /** Back to the old store. After the writes were switched this is a move of its own, which copies what is missing. */
    ABORT,
    /** New points go to the new store alone. */
    SWITCH_WRITES,
    /** Ends the move: the old store is no longer used and keeps what it has. Cannot be undone. */
    RETIRE,
    /** Ends the move and deletes every point of the old store. Cannot be undone. */
    RETIRE_AND_DELETE
}
