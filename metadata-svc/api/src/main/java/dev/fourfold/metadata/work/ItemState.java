package dev.fourfold.metadata.work;

/** Where an item is on its way. */
public enum ItemState {
    /** Nobody has it, or its time with who had it is over: it is given out next. */
    WAITING,
    /** A worker has it. */
    TAKEN,
    /** Completed, for good. */
    DONE
}
