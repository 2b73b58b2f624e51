package dev.fourfold.cache.redis;

import dev.fourfold.cache.redis.StateRunner.Reply;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Lease;
import dev.fourfold.cache.state.LeaseStore;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.Released;
import dev.fourfold.cache.state.StateProblems;
import jakarta.inject.Singleton;

/** Leases in Redis. */
@Singleton
final class RedisLeaseStore implements LeaseStore {

    private final StateRunner redis;

    RedisLeaseStore(StateRunner redis) {
        this.redis = redis;
    }

    @Override
    public Founded<Lease> acquire(String namespace, String name, NewLease lease) {
        Reply reply =
                redis.run(StateScripts.ACQUIRE, namespace, name, lease.holder(), Long.toString(lease.ttlMillis()));
        return lease(namespace, name, reply);
    }

    @Override
    public Founded<Lease> renew(String namespace, String name, long token, long ttlMillis) {
        return lease(
                namespace,
                name,
                redis.run(StateScripts.RENEW, namespace, name, Long.toString(token), Long.toString(ttlMillis)));
    }

    @Override
    public Founded<Released> release(String namespace, String name, long token) {
        return StateRunner.outcome(
                namespace,
                redis.run(StateScripts.RELEASE, namespace, name, Long.toString(token)),
                reply -> new Released(reply.text(1).equals("yes")));
    }

    @Override
    public Founded<Lease> read(String namespace, String name) {
        return lease(namespace, name, redis.run(StateScripts.READ_LEASE, namespace, name));
    }

    private static Founded<Lease> lease(String namespace, String name, Reply answered) {
        return StateRunner.outcome(namespace, answered, reply -> switch (reply.status()) {
            case "ok" -> new Lease(reply.text(1), reply.number(2), reply.number(3));
            case "held" ->
                throw StateProblems.held(name, reply.text(1), reply.number(2)).toException();
            case "lost" -> throw StateProblems.lost(name).toException();
            case "none" -> throw StateProblems.nobody(name).toException();
            default -> throw new IllegalStateException("A script answered " + reply.status());
        });
    }
}
