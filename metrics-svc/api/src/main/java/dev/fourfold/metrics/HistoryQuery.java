package dev.fourfold.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the points of one metric of one run, in the order of (timestamp, step, value), NaN counting as 0.
 *
 * @param cursor from the page before, or null for the first page
 * @param limit 1 to 50,000 points a page
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HistoryQuery(
        String experimentId,
        String runId,
        String key,
        @Nullable String cursor,
        int limit) {}
