package dev.fourfold.metrics;

import io.micronaut.serde.annotation.Serdeable;

/**
 * What the purge of a run removed.
 *
 * @param points that were there when it began; none where it was purged before
 */
@Serdeable
public record PurgedRun(String experimentId, String runId, long points) {}
