package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/**
 * What a run has of lines.
 *
 * @param firstNanos time of its oldest line
 * @param lastNanos time of its newest line
 * @param lines how many
 * @param bytes what they weigh: text, and 64 bytes a line
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LogExtent(String runId, long firstNanos, long lastNanos, long lines, long bytes) {}
