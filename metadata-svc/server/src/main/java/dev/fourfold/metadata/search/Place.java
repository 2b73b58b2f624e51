package dev.fourfold.metadata.search;

import org.jspecify.annotations.Nullable;

/**
 * Where a row stands in one key of an order.
 *
 * @param rank as in {@link SortKey}; 0 where the key has none
 * @param value a Long, a Double or a String, by the key's type; null unless the rank is 0
 */
record Place(int rank, @Nullable Object value) {}
