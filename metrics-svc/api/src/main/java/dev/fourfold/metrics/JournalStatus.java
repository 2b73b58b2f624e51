package dev.fourfold.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What waits in the journal of metrics-svc, for people who watch a store that is away.
 *
 * @param records acknowledged and not yet in the store
 * @param bytes of these records
 * @param oldestAgeMillis since the oldest of them was acknowledged; 0 where none waits
 * @param maxBytes past which new points are refused
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record JournalStatus(long records, long bytes, long oldestAgeMillis, long maxBytes) {}
