package dev.fourfold.gateway.fakes;

import dev.fourfold.cache.state.Addition;
import dev.fourfold.cache.state.Count;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Removed;
import dev.fourfold.cache.state.SetValue;
import dev.fourfold.cache.state.StoredValue;
import dev.fourfold.cache.state.ValueOperations;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values and counters in maps; the version of a value is that which was asked for and one. */
@Singleton
final class FakeValues implements ValueOperations {

    private final FakeGrounds grounds;
    private final Map<String, StoredValue> values = new HashMap<>();
    private final Map<String, Long> counters = new HashMap<>();

    FakeValues(FakeGrounds grounds) {
        this.grounds = grounds;
    }

    @Override
    public synchronized Founded<StoredValue> set(String namespace, String key, SetValue value) {
        return grounds.on(namespace, _ -> {
            long version = Objects.requireNonNullElse(value.version(), 0L) + 1;
            var stored = new StoredValue(value.value(), version, value.ttlMillis());
            values.put(key, stored);
            return stored;
        });
    }

    @Override
    public synchronized Founded<StoredValue> get(String namespace, String key) {
        return grounds.on(namespace, _ -> Objects.requireNonNull(values.get(key)));
    }

    @Override
    public synchronized Founded<Removed> remove(
            String namespace, String key, @Nullable Long version, @Nullable String requestId) {
        return grounds.on(
                namespace,
                _ -> new Removed(values.containsKey(key)
                        && !"done before".equals(requestId)
                        && (version == null || values.get(key).version() == version)));
    }

    @Override
    public synchronized Founded<Count> add(String namespace, String counter, Addition addition) {
        return grounds.on(namespace, _ -> new Count(counters.merge(counter, addition.by(), Long::sum)));
    }

    @Override
    public synchronized Founded<Count> count(String namespace, String counter) {
        return grounds.on(namespace, _ -> new Count(Objects.requireNonNull(counters.get(counter))));
    }

    @Override
    public synchronized Founded<Removed> removeCounter(String namespace, String counter, @Nullable String requestId) {
        return grounds.on(
                namespace, _ -> new Removed(!"done before".equals(requestId) && counters.remove(counter) != null));
    }
}
