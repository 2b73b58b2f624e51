package dev.fourfold.gateway.fakes;

import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
import dev.fourfold.cache.state.BarrierOperations;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.contract.Problem;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Barriers of one generation, in a map. */
@Singleton
final class FakeBarriers implements BarrierOperations {

    private final FakeGrounds grounds;
    private final Map<String, Set<String>> arrived = new HashMap<>();

    FakeBarriers(FakeGrounds grounds) {
        this.grounds = grounds;
    }

    @Override
    public synchronized Founded<Barrier> arrive(String namespace, String name, Arrival arrival) {
        return grounds.on(namespace, _ -> {
            var workers = arrived.computeIfAbsent(name, _ -> new HashSet<>());
            workers.add(arrival.worker());
            return new Barrier(
                    arrival.generation(), workers.size(), arrival.parties(), workers.size() >= arrival.parties());
        });
    }

    @Override
    public synchronized Founded<Barrier> read(String namespace, String name) {
        return grounds.on(namespace, _ -> {
            var workers = arrived.get(name);
            if (workers == null) {
                throw new Problem.NotFound("Nobody.").toException();
            }
            return new Barrier(1, workers.size(), 2, false);
        });
    }
}
