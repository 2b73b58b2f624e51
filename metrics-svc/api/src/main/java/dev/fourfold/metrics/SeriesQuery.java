package dev.fourfold.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Asks for what charts of many metrics of many runs are drawn from: of each metric of each run its points along an axis,
 * or where these are more than wanted, those that keep its shape.
 *
 * @param runs 1 to 100, each once
 * @param keys 1 to 100, each once
 * @param maxPoints 12 to 10,000 points of each series; runs × keys × this is at most 250,000
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SeriesQuery(List<RunRange> runs, List<String> keys, Axis axis, int maxPoints) {

    /** How many runs one question of this kind or another may be about. */
    public static final int MAX_RUNS = 100;

    /** How many points all series of an answer may have together: runs × keys × {@link #maxPoints}. */
    public static final int MAX_POINTS = 250_000;

    /** Copies the lists. */
    public SeriesQuery {
        runs = List.copyOf(runs);
        keys = List.copyOf(keys);
    }
}
