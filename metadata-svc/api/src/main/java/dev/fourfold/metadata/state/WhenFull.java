package dev.fourfold.metadata.state;

/** What happens to a write for which a namespace has no room. */
public enum WhenFull {
    /** The write is refused. */
    REFUSE,
    /** The values and counters that were written longest ago make room; leases never do. */
    EVICT
}
