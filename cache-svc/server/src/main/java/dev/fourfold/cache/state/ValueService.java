package dev.fourfold.cache.state;

import dev.fourfold.contract.Unicode;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Values and counters, by the rules of names, sizes and requests. */
@Singleton
final class ValueService implements ValueOperations {

    private final ValueStore store;

    ValueService(ValueStore store) {
        this.store = store;
    }

    @Override
    public Founded<StoredValue> set(String namespace, String key, SetValue value) {
        StateRules.checkName(namespace, key);
        if (!Unicode.isWhole(value.value())) {
            throw StateRules.invalid("'value' holds half of a surrogate pair.");
        }
        if (value.value().getBytes(StandardCharsets.UTF_8).length > MOST_VALUE_BYTES) {
            throw StateProblems.tooLarge(MOST_VALUE_BYTES).toException();
        }
        Long ttlMillis = value.ttlMillis();
        if (ttlMillis != null && (ttlMillis < 1 || ttlMillis > StateRules.LONGEST_MILLIS)) {
            throw StateRules.invalid("'ttl_ms' is a whole number from 1 to " + StateRules.LONGEST_MILLIS + ".");
        }
        checkVersion(value.version());
        checkRequest(value.requestId());
        return store.set(namespace, key, value);
    }

    @Override
    public Founded<StoredValue> get(String namespace, String key) {
        StateRules.checkName(namespace, key);
        return store.get(namespace, key);
    }

    @Override
    public Founded<Removed> remove(String namespace, String key, @Nullable Long version, @Nullable String requestId) {
        StateRules.checkName(namespace, key);
        checkVersion(version);
        checkRequest(requestId);
        return store.remove(namespace, key, version, requestId);
    }

    @Override
    public Founded<Count> add(String namespace, String counter, Addition addition) {
        StateRules.checkName(namespace, counter);
        checkRequest(addition.requestId());
        return store.add(namespace, counter, addition);
    }

    @Override
    public Founded<Count> count(String namespace, String counter) {
        StateRules.checkName(namespace, counter);
        return store.count(namespace, counter);
    }

    @Override
    public Founded<Removed> removeCounter(String namespace, String counter, @Nullable String requestId) {
        StateRules.checkName(namespace, counter);
        checkRequest(requestId);
        return store.removeCounter(namespace, counter, requestId);
    }

    private static void checkVersion(@Nullable Long version) {
        if (version != null && version < 0) {
            throw StateRules.invalid("'version' is a whole number from 0, not " + version + ".");
        }
    }

    private static void checkRequest(@Nullable String requestId) {
        if (requestId != null) {
            StateRules.checkHolder("request_id", requestId);
        }
    }
}
