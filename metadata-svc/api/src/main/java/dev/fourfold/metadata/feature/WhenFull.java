package dev.fourfold.metadata.feature;

/** What happens to a push for which a view has no room. */
public enum WhenFull {
    /** The push is refused. */
    REFUSE,
    /** The rows with the oldest event times make room. */
    EVICT
}
