package dev.fourfold.metadata.heart;

/** What became of a heart that is silent. */
public enum HeartVerdict {
    /** The run was marked. */
    STOPPED,
    /** There is no such heart any more: the run ended, or the heart began anew. */
    GONE,
    /** A beat may have been lost on the way lately: ask again. */
    UNSURE
}
