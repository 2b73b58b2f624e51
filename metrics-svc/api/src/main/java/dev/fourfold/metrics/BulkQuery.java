package dev.fourfold.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Asks for the points of one metric of several runs: run after run as they are given, each in the order of a history,
 * until the limit is reached.
 *
 * @param runs 1 to 100, each once
 * @param limit 1 to 50,000 points of all runs together
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record BulkQuery(List<RunRef> runs, String key, int limit) {

    /** Copies the list. */
    public BulkQuery {
        runs = List.copyOf(runs);
    }
}
