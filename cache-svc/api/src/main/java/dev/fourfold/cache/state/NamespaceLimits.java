package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What a namespace may hold.
 *
 * @param version grows with each change: limits of an older version never replace newer ones
 * @param maxKeys the most entries of any kind
 * @param maxValueBytes the most bytes of one value
 * @param evict whether values and counters written longest ago make room; false: what has no room is refused
 * @param maxLeaseMillis for how long a lease may be asked for at once
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NamespaceLimits(long version, long maxKeys, long maxValueBytes, boolean evict, long maxLeaseMillis) {}
