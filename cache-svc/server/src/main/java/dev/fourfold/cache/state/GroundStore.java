package dev.fourfold.cache.state;

/**
 * Keeps namespaces. Every call is atomic in the store, about the start of it that is connected, and ends within the
 * store's own time budget. Problems are those of {@link StateProblems}.
 */
public interface GroundStore {

    /** Lays a ground that was wanted by this start of the store, lately; otherwise does nothing. */
    void lay(String namespace, Ground ground);

    /** What is kept and has not expired; takes newer limits. */
    Usage usage(String namespace, NamespaceLimits limits);

    /** Removes a bounded number of entries, the namespace with the last of them, and refuses grounds of tokens up to that. */
    Founded<Cleared> clear(String namespace, long lastToken);
}
