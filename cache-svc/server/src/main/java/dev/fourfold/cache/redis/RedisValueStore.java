package dev.fourfold.cache.redis;

import dev.fourfold.cache.redis.StateRunner.Reply;
import dev.fourfold.cache.state.Addition;
import dev.fourfold.cache.state.Count;
import dev.fourfold.cache.state.Founded;
import dev.fourfold.cache.state.Removed;
import dev.fourfold.cache.state.SetValue;
import dev.fourfold.cache.state.StateProblems;
import dev.fourfold.cache.state.StoredValue;
import dev.fourfold.cache.state.ValueStore;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Values and counters in Redis. */
@Singleton
final class RedisValueStore implements ValueStore {

    private final StateRunner redis;

    RedisValueStore(StateRunner redis) {
        this.redis = redis;
    }

    @Override
    public Founded<StoredValue> set(String namespace, String key, SetValue value) {
        return value(
                namespace,
                key,
                redis.run(
                        StateScripts.SET,
                        namespace,
                        key,
                        value.value(),
                        orEmpty(value.ttlMillis()),
                        orEmpty(value.version()),
                        orEmpty(value.requestId())));
    }

    @Override
    public Founded<StoredValue> get(String namespace, String key) {
        return value(namespace, key, redis.run(StateScripts.GET, namespace, key));
    }

    @Override
    public Founded<Removed> remove(String namespace, String key, @Nullable Long version, @Nullable String requestId) {
        var answered = redis.run(StateScripts.REMOVE, namespace, "k:" + key, orEmpty(version), orEmpty(requestId));
        return StateRunner.outcome(namespace, answered, reply -> {
            if (reply.status().equals("other")) {
                throw StateProblems.otherVersion(key, reply.number(1)).toException();
            }
            return new Removed(reply.text(1).equals("yes"));
        });
    }

    @Override
    public Founded<Count> add(String namespace, String counter, Addition addition) {
        return count(
                namespace,
                counter,
                redis.run(
                        StateScripts.ADD,
                        namespace,
                        counter,
                        Long.toString(addition.by()),
                        orEmpty(addition.requestId())));
    }

    @Override
    public Founded<Count> count(String namespace, String counter) {
        return count(namespace, counter, redis.run(StateScripts.COUNT, namespace, counter));
    }

    @Override
    public Founded<Removed> removeCounter(String namespace, String counter, @Nullable String requestId) {
        return StateRunner.outcome(
                namespace,
                redis.run(StateScripts.REMOVE, namespace, "c:" + counter, "", orEmpty(requestId)),
                reply -> new Removed(reply.text(1).equals("yes")));
    }

    private static Founded<StoredValue> value(String namespace, String key, Reply answered) {
        return StateRunner.outcome(namespace, answered, reply -> switch (reply.status()) {
            case "ok" ->
                new StoredValue(
                        reply.text(1), reply.number(2), reply.text(3).isEmpty() ? null : Long.valueOf(reply.number(3)));
            case "other" ->
                throw StateProblems.otherVersion(key, reply.number(1)).toException();
            case "large" -> throw StateProblems.tooLarge(reply.number(1)).toException();
            case "none" -> throw StateProblems.noValue(key).toException();
            default -> throw new IllegalStateException("A script answered " + reply.status());
        });
    }

    private static Founded<Count> count(String namespace, String counter, Reply answered) {
        return StateRunner.outcome(namespace, answered, reply -> switch (reply.status()) {
            case "ok" -> new Count(reply.number(1));
            case "over" -> throw StateProblems.overflow(counter).toException();
            case "none" -> throw StateProblems.noCounter(counter).toException();
            default -> throw new IllegalStateException("A script answered " + reply.status());
        });
    }

    private static String orEmpty(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
