package dev.fourfold.metadata.state;

import org.jspecify.annotations.Nullable;

/** The record of namespaces of training state: their limits, and which tokens were reserved for them. */
public interface NamespaceOperations {

    /**
     * Gives a namespace limits; repeating changes nothing.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument}; {@code LimitExceeded} where there are as many
     *     namespaces as may be
     */
    StateNamespace define(DefineNamespace namespace);

    /** A namespace, also one that nobody defined. */
    StateNamespace get(String name);

    /** One page of the namespaces that were defined or used, in the order of names. */
    NamespacePage list(@Nullable String after, int limit);

    /**
     * Reserves tokens of a namespace for a start of the store, and makes it known where it is not; what is not used of
     * the block is never given to anybody.
     *
     * @throws dev.fourfold.contract.ProblemException as {@link #define}
     */
    TokenBlock reserve(String name, String incarnation);

    /**
     * Forgets a namespace, if no tokens were reserved for it after the last one that the caller knows of; otherwise takes
     * its limits only. The caller has made sure that nobody holds a lease of it. Answers whether it is forgotten.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidState} where it has work lists
     */
    boolean delete(String name, @Nullable Long lastToken);
}
