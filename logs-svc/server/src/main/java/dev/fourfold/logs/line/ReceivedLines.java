package dev.fourfold.logs.line;

import dev.fourfold.logs.LogBatch;
import java.time.Instant;

/**
 * Lines on their way to the store.
 *
 * @param at when they were put into the journal, which a replay does not change: from then on they are kept
 */
public record ReceivedLines(LogBatch batch, Instant at) {}
