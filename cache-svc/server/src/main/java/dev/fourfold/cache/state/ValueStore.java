package dev.fourfold.cache.state;

import org.jspecify.annotations.Nullable;

/**
 * Keeps values and counters, by the store's own clock, and what requests with an id were answered; as {@link GroundStore} in
 * all else.
 */
public interface ValueStore {

    /** Sets a value where the one there has the version, 0 for none; the version of what is set is a new token. */
    Founded<StoredValue> set(String namespace, String key, SetValue value);

    /** A value that is there. */
    Founded<StoredValue> get(String namespace, String key);

    /** Removes a value where it has the version. */
    Founded<Removed> remove(String namespace, String key, @Nullable Long version, @Nullable String requestId);

    /** Adds once for each request. */
    Founded<Count> add(String namespace, String counter, Addition addition);

    /** A counter that is there. */
    Founded<Count> count(String namespace, String counter);

    /** Removes a counter; the requests that were counted stay known. */
    Founded<Removed> removeCounter(String namespace, String counter, @Nullable String requestId);
}
