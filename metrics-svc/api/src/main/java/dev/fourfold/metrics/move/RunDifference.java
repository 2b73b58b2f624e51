package dev.fourfold.metrics.move;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A run of which the two stores hold different points, and the first place at which they differ.
 *
 * @param sourcePoints how many points the old store has
 * @param targetPoints how many the new one has
 * @param sourceChecksum over (key, timestamp, step, value bits) of the old store's
 * @param targetChecksum the same of the new store's
 * @param key the metric of the first difference
 * @param value of the point that only one store has there, as text
 * @param onlyIn the store that has it
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunDifference(
        String experimentId,
        String runId,
        long sourcePoints,
        long targetPoints,
        long sourceChecksum,
        long targetChecksum,
        String key,
        long timestampMillis,
        long step,
        String value,
        Engine onlyIn) {}
