package dev.fourfold.logs;

import io.micronaut.serde.annotation.Serdeable;

/**
 * What the purge of a run removed.
 *
 * @param lines that were there when it began; none where it was purged before
 */
@Serdeable
public record PurgedLines(String runId, long lines) {}
