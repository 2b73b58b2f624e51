package dev.fourfold.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Asks for what a chart of one metric of several runs needs: of each run, of its points between two steps in the order
 * of (step, timestamp, value), the first one of so many equal parts, and always the last point.
 *
 * @param runs 1 to 100, each once
 * @param startStep the least step; {@link Long#MIN_VALUE} for no bound
 * @param endStep the greatest step; {@link Long#MAX_VALUE} for no bound
 * @param most 1 to 2,500 points of each run
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SampleQuery(List<RunRef> runs, String key, long startStep, long endStep, int most) {

    /** Copies the list. */
    public SampleQuery {
        runs = List.copyOf(runs);
    }
}
