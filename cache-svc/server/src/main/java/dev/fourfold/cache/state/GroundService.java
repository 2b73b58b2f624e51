package dev.fourfold.cache.state;

import jakarta.inject.Singleton;

/** Namespaces as Redis has them, by the rules of names. */
@Singleton
final class GroundService implements GroundOperations {

    private final GroundStore store;

    GroundService(GroundStore store) {
        this.store = store;
    }

    @Override
    public void lay(String namespace, Ground ground) {
        StateRules.checkNamespace(namespace);
        store.lay(namespace, ground);
    }

    @Override
    public Usage usage(String namespace, NamespaceLimits limits) {
        StateRules.checkNamespace(namespace);
        return store.usage(namespace, limits);
    }

    @Override
    public Founded<Cleared> clear(String namespace, long lastToken) {
        StateRules.checkNamespace(namespace);
        return store.clear(namespace, lastToken);
    }
}
