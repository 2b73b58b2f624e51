package dev.fourfold.gateway.fakes;

import dev.fourfold.cache.state.Cleared;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Ground;
import dev.fourfold.cache.state.GroundOperations;
import dev.fourfold.cache.state.NamespaceLimits;
import dev.fourfold.cache.state.Usage;
import dev.fourfold.cache.state.WantedGround;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Grounds as they were laid; a namespace without one wants it. */
@Singleton
public final class FakeGrounds implements GroundOperations {

    private final Map<String, Ground> grounds = new HashMap<>();
    private final Set<String> forgotten = new HashSet<>();

    /** From now on no ground of the namespace is kept. */
    public synchronized void forget(String namespace) {
        grounds.remove(namespace);
        forgotten.add(namespace);
    }

    /** Does something on the ground of a namespace. */
    synchronized <T> Founded<T> on(String namespace, Function<Ground, T> command) {
        Ground ground = grounds.get(namespace);
        return ground == null ? Founded.wanting(new WantedGround("this start", 7)) : Founded.of(command.apply(ground));
    }

    @Override
    public synchronized void lay(String namespace, Ground ground) {
        if (!forgotten.contains(namespace)) {
            grounds.put(namespace, ground);
        }
    }

    @Override
    public synchronized Usage usage(String namespace, NamespaceLimits limits) {
        return new Usage(grounds.containsKey(namespace) ? 1 : 0, limits.maxKeys());
    }

    @Override
    public synchronized Founded<Cleared> clear(String namespace, long lastToken) {
        if (lastToken == 0 && !grounds.containsKey(namespace)) {
            return Founded.of(new Cleared(true));
        }
        return on(namespace, _ -> {
            grounds.remove(namespace);
            return new Cleared(true);
        });
    }
}
