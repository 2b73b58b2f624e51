package dev.fourfold.logs;

import org.jspecify.annotations.Nullable;

/** One page of lines; the cursor is null where no further line matches now. */
public record LogPage(LogBatch lines, @Nullable String nextCursor) {}
