package dev.fourfold.cache.state;

/**
 * Namespaces as Redis has them. Every command is about one start of Redis, and none is ever served from elsewhere: while
 * Redis is away each throws {@code Unavailable}.
 */
public interface GroundOperations {

    /** Lays the ground of a namespace, unless another was laid since it was wanted; repeating is harmless. */
    void lay(String namespace, Ground ground);

    /** How full a namespace is; newer limits are taken over. One that Redis does not know is empty. */
    Usage usage(String namespace, NamespaceLimits limits);

    /**
     * Removes a bounded number of entries of a namespace, and at last the namespace itself; a ground of tokens up to the last
     * one that was reserved is not laid any more.
     *
     * @param lastToken the last token that was ever reserved for it, or 0
     * @throws dev.fourfold.contract.ProblemException {@code InvalidState} while a lease of it is held; {@code Unavailable}
     *     while it is not known whether one is
     */
    Founded<Cleared> clear(String namespace, long lastToken);
}
