package dev.fourfold.cache.redis;

import dev.fourfold.cache.state.Cleared;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Ground;
import dev.fourfold.cache.state.GroundStore;
import dev.fourfold.cache.state.NamespaceLimits;
import dev.fourfold.cache.state.StateProblems;
import dev.fourfold.cache.state.Usage;
import jakarta.inject.Singleton;

/** The grounds of namespaces in Redis. */
@Singleton
final class RedisGroundStore implements GroundStore {

    private final StateRunner redis;

    RedisGroundStore(StateRunner redis) {
        this.redis = redis;
    }

    @Override
    public void lay(String namespace, Ground ground) {
        NamespaceLimits limits = ground.limits();
        redis.run(
                StateScripts.LAY,
                namespace,
                ground.wanted().incarnation(),
                Long.toString(ground.wanted().atMillis()),
                Long.toString(ground.firstToken()),
                Long.toString(ground.lastToken()),
                Long.toString(ground.unknownMillis()),
                Long.toString(limits.version()),
                Long.toString(limits.maxKeys()),
                Long.toString(limits.maxValueBytes()),
                whenFull(limits),
                Long.toString(limits.maxLeaseMillis()),
                Long.toString(redis.replacedFor().toMillis()));
    }

    @Override
    public Usage usage(String namespace, NamespaceLimits limits) {
        var reply = redis.run(
                StateScripts.USAGE,
                namespace,
                Long.toString(limits.version()),
                Long.toString(limits.maxKeys()),
                Long.toString(limits.maxValueBytes()),
                whenFull(limits),
                Long.toString(limits.maxLeaseMillis()));
        return new Usage(reply.number(1), reply.number(2));
    }

    @Override
    public Founded<Cleared> clear(String namespace, long lastToken) {
        var answered = redis.run(StateScripts.CLEAR, namespace, Long.toString(lastToken));
        return StateRunner.outcome(namespace, answered, reply -> {
            if (reply.status().equals("leased")) {
                throw StateProblems.leased(namespace, reply.number(1)).toException();
            }
            return new Cleared(reply.status().equals("done"));
        });
    }

    private static String whenFull(NamespaceLimits limits) {
        return limits.evict() ? "evict" : "refuse";
    }
}
