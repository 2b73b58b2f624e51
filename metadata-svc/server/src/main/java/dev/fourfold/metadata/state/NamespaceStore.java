package dev.fourfold.metadata.state;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps namespaces; every method is atomic, and what it committed is seen by every later call on any instance. */
public interface NamespaceStore {

    /** Makes a namespace defined as given; the same again changes nothing. */
    StateNamespace define(DefineNamespace namespace);

    /** A namespace that was defined or used. */
    Optional<StateNamespace> find(String name);

    /** Namespaces in the order of names. */
    List<StateNamespace> list(@Nullable String after, int limit);

    /** Reserves the next block, which survives whatever becomes of the store's transaction log's tail. */
    TokenBlock reserve(String name, String incarnation);

    /**
     * Removes the namespace where its newest block ends so; otherwise makes it one that nobody defined. Refuses where it
     * has work lists.
     */
    boolean delete(String name, @Nullable Long lastToken);
}
