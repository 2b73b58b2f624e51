package dev.fourfold.metrics.move;

import dev.fourfold.metrics.RunRef;
import org.jspecify.annotations.Nullable;

/**
 * A run of a move.
 *
 * @param key the key that is being copied, all before it are; null where none is
 * @param cursor up to where, null for the beginning of the key
 */
public record RunWork(
        RunRef run,
        RunState state,
        @Nullable String key,
        @Nullable String cursor) {}
