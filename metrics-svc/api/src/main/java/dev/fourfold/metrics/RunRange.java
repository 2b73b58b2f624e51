package dev.fourfold.metrics;

import io.micronaut.serde.annotation.Serdeable;

/**
 * A run, and the stretch of an axis that is wanted of it.
 *
 * @param from the least step or timestamp; {@link Long#MIN_VALUE} for no bound
 * @param to the greatest step or timestamp, which is included; {@link Long#MAX_VALUE} for no bound
 */
@Serdeable
public record RunRange(String experimentId, String runId, long from, long to) {}
