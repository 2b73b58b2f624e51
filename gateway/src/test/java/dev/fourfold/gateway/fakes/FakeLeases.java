package dev.fourfold.gateway.fakes;

import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Lease;
import dev.fourfold.cache.state.LeaseOperations;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.Released;
import dev.fourfold.contract.Problem;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/** Leases in a map, which never end by themselves; tokens are the first of the ground. */
@Singleton
final class FakeLeases implements LeaseOperations {

    private final FakeGrounds grounds;
    private final Map<String, Lease> leases = new HashMap<>();

    FakeLeases(FakeGrounds grounds) {
        this.grounds = grounds;
    }

    @Override
    public synchronized Founded<Lease> acquire(String namespace, String name, NewLease lease) {
        return grounds.on(namespace, ground -> {
            Lease before = leases.get(name);
            if (before != null && !before.holder().equals(lease.holder())) {
                throw new Problem.Conflict("Held by another.").toException();
            }
            return leases.computeIfAbsent(name, _ -> new Lease(lease.holder(), ground.firstToken(), lease.ttlMillis()));
        });
    }

    @Override
    public synchronized Founded<Lease> renew(String namespace, String name, long token, long ttlMillis) {
        return grounds.on(namespace, _ -> {
            Lease lease = leases.get(name);
            if (lease == null || lease.token() != token) {
                throw new Problem.InvalidState("Not held.").toException();
            }
            return new Lease(lease.holder(), token, ttlMillis);
        });
    }

    @Override
    public synchronized Founded<Released> release(String namespace, String name, long token) {
        return grounds.on(namespace, _ -> new Released(leases.remove(name) != null));
    }

    @Override
    public synchronized Founded<Lease> read(String namespace, String name) {
        return grounds.on(namespace, _ -> {
            Lease lease = leases.get(name);
            if (lease == null) {
                throw new Problem.NotFound("Nobody.").toException();
            }
            return lease;
        });
    }
}
