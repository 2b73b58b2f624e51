package dev.fourfold.cache.redis;

import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
import dev.fourfold.cache.state.BarrierStore;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.StateProblems;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Barriers in Redis. */
@Singleton
final class RedisBarrierStore implements BarrierStore {

    private final StateRunner redis;

    RedisBarrierStore(StateRunner redis) {
        this.redis = redis;
    }

    @Override
    public Founded<Barrier> arrive(String namespace, String name, Arrival arrival, Duration kept) {
        var answered = redis.run(
                StateScripts.ARRIVE,
                namespace,
                name,
                arrival.worker(),
                Long.toString(arrival.parties()),
                Long.toString(arrival.generation()),
                Long.toString(kept.toMillis()));
        return StateRunner.outcome(namespace, answered, reply -> {
            if (reply.status().equals("parties")) {
                throw StateProblems.otherParties(name, reply.number(1)).toException();
            }
            return new Barrier(
                    arrival.generation(),
                    reply.number(1),
                    arrival.parties(),
                    reply.text(2).equals("yes"));
        });
    }

    @Override
    public Founded<Barrier> read(String namespace, String name) {
        return StateRunner.outcome(namespace, redis.run(StateScripts.READ_BARRIER, namespace, name), reply -> {
            if (reply.status().equals("none")) {
                throw StateProblems.nobodyCame(name).toException();
            }
            return new Barrier(reply.number(1), reply.number(2), reply.number(3), false);
        });
    }
}
