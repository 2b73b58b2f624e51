package dev.fourfold.metrics;

import org.jspecify.annotations.Nullable;

/** One page of a history; the cursor is null where no further point exists. */
public record HistoryPage(PointBatch points, @Nullable String nextCursor) {}
