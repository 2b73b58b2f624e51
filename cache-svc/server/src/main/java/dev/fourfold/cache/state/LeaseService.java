package dev.fourfold.cache.state;

import jakarta.inject.Singleton;

/** Leases, by the rules of names, holders and times. */
@Singleton
final class LeaseService implements LeaseOperations {

    private final LeaseStore store;

    LeaseService(LeaseStore store) {
        this.store = store;
    }

    @Override
    public Founded<Lease> acquire(String namespace, String name, NewLease lease) {
        StateRules.checkName(namespace, name);
        StateRules.checkHolder("holder", lease.holder());
        StateRules.checkTtl(lease.ttlMillis());
        return store.acquire(namespace, name, lease);
    }

    @Override
    public Founded<Lease> renew(String namespace, String name, long token, long ttlMillis) {
        StateRules.checkName(namespace, name);
        StateRules.checkTtl(ttlMillis);
        return store.renew(namespace, name, token, ttlMillis);
    }

    @Override
    public Founded<Released> release(String namespace, String name, long token) {
        StateRules.checkName(namespace, name);
        return store.release(namespace, name, token);
    }

    @Override
    public Founded<Lease> read(String namespace, String name) {
        StateRules.checkName(namespace, name);
        return store.read(namespace, name);
    }
}
