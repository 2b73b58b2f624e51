package dev.fourfold.cache.state;

import org.jspecify.annotations.Nullable;

/**
 * Values by key, with versions to compare and set, and counters. What Redis loses of them is lost; versions grow
 * nevertheless.
 *
 * <p>A repeat of a request that has an id changes nothing and answers what the first did, whatever was set, added or removed
 * in between: for a minute, and for an hour unless the namespace had ten thousand more such requests since.
 */
public interface ValueOperations {

    /** The most bytes of a value, whatever a namespace allows. */
    int MOST_VALUE_BYTES = 1 << 20;

    /**
     * Sets a value where the one that is there has the version.
     *
     * @throws dev.fourfold.contract.ProblemException {@code Conflict} for another version; {@code TooLarge};
     *     {@code LimitExceeded} in a full namespace; {@code InvalidArgument}
     */
    Founded<StoredValue> set(String namespace, String key, SetValue value);

    /** A value, or {@code NotFound}. */
    Founded<StoredValue> get(String namespace, String key);

    /** Removes a value; {@code Conflict} where it has another version than given. */
    Founded<Removed> remove(String namespace, String key, @Nullable Long version, @Nullable String requestId);

    /**
     * Adds to a counter, which begins at 0, and answers what it is then.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} past 64 bits; {@code LimitExceeded} in a full
     *     namespace
     */
    Founded<Count> add(String namespace, String counter, Addition addition);

    /** What a counter is at, or {@code NotFound}. */
    Founded<Count> count(String namespace, String counter);

    /** Removes a counter. */
    Founded<Removed> removeCounter(String namespace, String counter, @Nullable String requestId);
}
